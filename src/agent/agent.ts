import { setTimeout as sleep } from 'node:timers/promises';

import { composeChanges } from '../compose/changes.ts';
import type { Config } from '../config/schema.ts';
import type { CycleMemory } from '../cycle/cycle-memory.ts';
import type { CycleResult } from '../cycle/cycle-result.ts';
import { createAbortControllerWithoutListenerLimit } from '../http/unlimited-abort-controller.ts';
import type { Delivery } from '../sinks/sink.ts';
import { AgentLoop, type LoopObserver } from './agent-loop.ts';
import { AgentWork, type CycleFacts, type WorkObserver } from './agent-work.ts';
import { systemClock } from './clock.ts';
import { forgetUnneededKinds, saveMemory } from './cluster-memory.ts';
import { type AgentParts, composeAgent } from './compose-agent.ts';
import { HeartbeatFile } from './heartbeat.ts';
import { Planner, type PlannerOptions } from './planner.ts';

/** Receives the events of the agent, for its log. */
export interface AgentObserver
  extends
    Omit<WorkObserver, 'cycleEnded'>,
    Pick<LoopObserver, 'cyclePlanned' | 'resendIntervalChanged'> {
  started(config: Config): void;
  stopping(): void;
  stopped(): void;
  cycleEnded(result: CycleResult, facts: CycleFacts & { readonly config: Config }): void;
  reloaded(config: Config): void;
  /** Called if the new configuration is invalid. The old one stays in use. */
  reloadFailed(error: Error): void;
  /** Called if a delivery did not end before the shutdown timeout. */
  deliveryTimedOut(): void;
  seriesEnded(delivery: Delivery): void;
  /** Called if a kind cannot be watched. */
  watchWarning(message: string): void;
  /** Called if watching for changes failed. It is retried later. The schedule still works. */
  watchFailed(error: Error): void;
  heartbeatFailed(path: string, reason: string): void;
  /** Called as soon as a receiver fails, before its retries. */
  receiverFailing(message: string): void;
}

export interface AgentOptions {
  readonly parts: AgentParts;
  readonly memory: CycleMemory;
  /** Loads the configuration again. May throw an expected error. */
  readonly loadConfig: () => Config;
  /** Whether an error describes a problem in the user's environment rather than a bug. */
  readonly isExpected: (error: unknown) => error is Error;
  readonly observer: AgentObserver;
  /** Stops the agent. */
  readonly signal: AbortSignal;
}

/** Extra time after the shutdown timeout for sinks to react to the abort. */
const ABORT_GRACE_MS = 1000;

/** Pause before watching for changes again. */
const REWATCH_MS = 60_000;

/** Runs cycles on schedule and on changes, resends values in between, reloads its configuration, and stops in an orderly way. */
export class Agent {
  readonly #options: AgentOptions;
  readonly #delivery = createAbortControllerWithoutListenerLimit();
  readonly #work: AgentWork;
  readonly #loop: AgentLoop;
  readonly #heartbeat: HeartbeatFile | undefined;
  #parts: AgentParts;
  #watch = new AbortController();

  constructor(options: AgentOptions) {
    const { parts, signal, memory } = options;
    this.#options = options;
    this.#parts = parts;
    this.#heartbeat = this.#openHeartbeat();
    this.#work = new AgentWork(parts.work, {
      observer: this.#workObserver(),
      now: Date.now,
      signal,
      deliverySignal: this.#delivery.signal,
      memory,
    });
    this.#loop = new AgentLoop({
      planner: new Planner(parts.planner, Date.now()),
      clock: systemClock,
      work: this.#work,
      observer: this.#loopObserver(),
    });
  }

  /** Runs until the signal aborts and everything has stopped. */
  async run(): Promise<void> {
    const { signal, observer } = this.#options;
    this.#watchChanges();
    this.#loop.start();
    observer.started(this.#parts.config);
    await aborted(signal);
    observer.stopping();
    this.#watch.abort();
    await this.#finish();
    await this.#heartbeat?.close();
    observer.stopped();
  }

  /** Applies the configuration as soon as the agent is idle. An invalid one changes nothing. */
  async reload(): Promise<void> {
    if (this.#options.signal.aborted) return;
    await this.#attempt(async () => {
      const config = this.#options.loadConfig();
      // A new sink takes over the state folder, so the old one must be done with it.
      this.#loop.reload(async () => this.#attempt(async () => this.#apply(config)));
    });
  }

  /** Limits the time for running deliveries and for ending the series. */
  async #finish(): Promise<void> {
    const { shutdown_timeout: limitMs } = this.#parts.config.agent;
    const timer = setTimeout(() => this.#delivery.abort(), limitMs);
    const limit = new AbortController();
    const late = sleep(limitMs + ABORT_GRACE_MS, 'late' as const, { signal: limit.signal });
    late.catch(() => undefined);
    if ((await Promise.race([this.#end(), late])) === 'late') {
      this.#options.observer.deliveryTimedOut();
    }
    clearTimeout(timer);
    limit.abort();
  }

  async #end(): Promise<void> {
    await this.#loop.stop();
    if (!this.#parts.config.agent.stale_on_shutdown) return;
    for (const delivery of await this.#work.endSeries()) {
      this.#options.observer.seriesEnded(delivery);
    }
  }

  async #apply(config: Config): Promise<PlannerOptions | undefined> {
    const { signal, memory, observer } = this.#options;
    const parts = await composeAgent(
      config,
      { signal, warn: (message) => observer.receiverFailing(message) },
      this.#parts,
    );
    if (signal.aborted) return undefined;
    this.#parts = parts;
    forgetUnneededKinds(memory, config);
    this.#work.replace(parts.work);
    this.#watchChanges();
    observer.reloaded(config);
    return parts.planner;
  }

  async #attempt<T>(use: () => Promise<T>): Promise<T | undefined> {
    try {
      return await use();
    } catch (error) {
      if (!this.#options.isExpected(error)) throw error;
      this.#options.observer.reloadFailed(error);
      return undefined;
    }
  }

  #watchChanges(): void {
    const { config } = this.#parts;
    this.#watch.abort();
    this.#watch = new AbortController();
    if (config.agent.change_quiet > 0) void this.#watchFor(config);
  }

  async #watchFor(config: Config): Promise<void> {
    const { signal } = this.#watch;
    const { observer, isExpected } = this.#options;
    const changes = {
      onChange: () => this.#loop.reportChange(),
      tracker: this.#parts.tracker,
      warn: (message: string) => observer.watchWarning(message),
    };
    while (!signal.aborted) {
      try {
        await composeChanges(config, changes, signal);
        return;
      } catch (error) {
        // Aborting may interrupt an authentication, which then fails.
        if (signal.aborted) return;
        if (!isExpected(error)) throw error;
        observer.watchFailed(error);
      }
      await sleep(REWATCH_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  #openHeartbeat(): HeartbeatFile | undefined {
    const { heartbeat_file: path } = this.#parts.config.agent;
    if (path === undefined) return undefined;
    return new HeartbeatFile(path, (reason) =>
      this.#options.observer.heartbeatFailed(path, reason),
    );
  }

  #loopObserver(): LoopObserver {
    const { observer } = this.#options;
    return {
      cyclePlanned: (nextCycleMs) => observer.cyclePlanned(nextCycleMs),
      resendIntervalChanged: (resendMs) => observer.resendIntervalChanged(resendMs),
      turnStarted: ({ nowMs, nextCycleMs, intervalMs }) => {
        const { lastReadMs, lastDeliveryMs } = this.#work;
        const read = lastReadMs === undefined ? {} : { lastReadMs };
        this.#heartbeat?.beat({
          pid: process.pid,
          turnMs: nowMs,
          nextCycleMs,
          intervalMs,
          lastDeliveryMs: lastDeliveryMs ?? null,
          ...read,
        });
      },
    };
  }

  #workObserver(): WorkObserver {
    const { observer } = this.#options;
    return {
      watchCycle: () => observer.watchCycle(),
      cycleEnded: (result, facts) => {
        const { config } = this.#parts;
        observer.cycleEnded(result, { ...facts, config });
        void saveMemory(config, result);
      },
      resent: (deliveries) => observer.resent(deliveries),
      resultsExpired: (ageMs) => observer.resultsExpired(ageMs),
    };
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
