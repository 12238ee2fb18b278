import { setTimeout as sleep } from 'node:timers/promises';

import { AgentLoop, type LoopObserver } from '../../agent/agent-loop.ts';
import { type AgentSetup, createSetup } from '../../agent/agent-setup.ts';
import { AgentWork, type WorkObserver } from '../../agent/agent-work.ts';
import { systemClock } from '../../agent/clock.ts';
import { forgetUnasked, recall, remember } from '../../agent/cluster-memory.ts';
import { HeartbeatFile } from '../../agent/heartbeat.ts';
import { Planner, type PlannerOptions } from '../../agent/planner.ts';
import { composeChanges } from '../../compose/changes.ts';
import { loadConfig } from '../../config/load-config.ts';
import type { Config } from '../../config/schema.ts';
import type { CycleMemory } from '../../cycle/cycle-memory.ts';
import { createAbortControllerWithoutListenerLimit } from '../../http/unlimited-abort-controller.ts';
import { CycleDisplay } from '../output/cycle-display.ts';
import { logDelivery } from '../output/cycle-log.ts';
import { createLogger, type Logger } from '../output/logger.ts';
import type { CommandInput } from '../run/command-input.ts';
import { type ExitCode, exitCodes } from '../run/exit-codes.ts';
import { runWithSignals, type CommandContext, isExpected } from '../run/run-with-signals.ts';
import { AgentLog } from './agent-log.ts';
import { warnOfUnknownVariables } from './run.ts';

/** Stays: reads on schedule and when results change, and sends the last values in between. */
export async function agent(input: CommandInput): Promise<ExitCode> {
  return runWithSignals(
    async (context) => {
      const config = readConfig(input);
      const log = createLogger(config.log, process.stderr.isTTY);
      context.log = log;
      warnOfUnknownVariables(log);
      const setup = await createSetup(config, context.signal);
      const memory = await recall(config);
      await new Agent(setup, { ...context, log, input, memory }).run();
      return exitCodes.ok;
    },
    { endsBySignal: true },
  );
}

interface Surroundings extends CommandContext {
  readonly log: Logger;
  readonly input: CommandInput;
  readonly memory: CycleMemory;
}

/** What is left after the time for deliveries is over: a sink that does not even give up. */
const LAST_GRACE_MS = 1000;

/** When changes cannot be watched, the schedule still is; so there is no hurry. */
const REWATCH_MS = 60_000;

class Agent {
  readonly #around: Surroundings;
  readonly #log: AgentLog;
  readonly #delivery = createAbortControllerWithoutListenerLimit();
  #setup: AgentSetup;
  #watch = new AbortController();

  constructor(setup: AgentSetup, around: Surroundings) {
    this.#setup = setup;
    this.#around = around;
    this.#log = new AgentLog(around.log, around.signal);
  }

  async run(): Promise<void> {
    const { signal, log, memory } = this.#around;
    const { planner: plannerOptions, work: workOptions } = this.#setup;
    const work = new AgentWork(workOptions, {
      observer: this.#workObserver(),
      now: Date.now,
      signal,
      deliverySignal: this.#delivery.signal,
      memory,
    });
    const planner = new Planner(plannerOptions, Date.now());
    const heartbeat = this.#openHeartbeat();
    const observer = this.#loopObserver(heartbeat, work);
    const loop = new AgentLoop({ planner, clock: systemClock, work, observer });
    // To the end, because a signal that nobody handles ends the process at once.
    process.on('SIGHUP', () => {
      if (!signal.aborted) void this.#reload(loop, work);
    });
    this.#watchChanges(loop);
    loop.start();
    log.info({ schedule: this.#setup.config.agent.schedule }, 'agent started');
    await aborted(signal);
    log.info('stopping');
    this.#watch.abort();
    await this.#finish(loop, work);
    await heartbeat?.close();
    log.info('agent stopped');
  }

  /** What is on its way has a time limit, and so has the end of the series. */
  async #finish(loop: AgentLoop, work: AgentWork): Promise<void> {
    const { shutdown_timeout: limitMs } = this.#setup.config.agent;
    const over = setTimeout(() => this.#delivery.abort(), limitMs);
    const last = new AbortController();
    const finished = this.#end(loop, work);
    const late = sleep(limitMs + LAST_GRACE_MS, 'late' as const, { signal: last.signal });
    late.catch(() => undefined);
    if ((await Promise.race([finished, late])) === 'late') {
      this.#around.log.warn('a delivery did not end in time and was left behind');
    }
    clearTimeout(over);
    last.abort();
  }

  async #end(loop: AgentLoop, work: AgentWork): Promise<void> {
    await loop.stop();
    if (!this.#setup.config.agent.stale_on_shutdown) return;
    for (const delivery of await work.endSeries()) logDelivery(delivery, this.#around.log);
  }

  /** A configuration that cannot be used changes nothing. */
  async #reload(loop: AgentLoop, work: AgentWork): Promise<void> {
    await this.#attempt(async () => {
      const config = readConfig(this.#around.input);
      // A new sink takes what lies in its folder for its own: the old one must have done with it.
      loop.reload(async () => this.#attempt(async () => this.#apply(config, loop, work)));
    });
  }

  async #apply(
    config: Config,
    loop: AgentLoop,
    work: AgentWork,
  ): Promise<PlannerOptions | undefined> {
    const { signal, log, memory } = this.#around;
    const setup = await createSetup(config, signal, this.#setup);
    if (signal.aborted) return undefined;
    this.#setup = setup;
    forgetUnasked(memory, config);
    log.level = config.log.level;
    work.replace(setup.work);
    this.#watchChanges(loop);
    log.info('configuration reloaded');
    return setup.planner;
  }

  async #attempt<T>(use: () => Promise<T>): Promise<T | undefined> {
    try {
      return await use();
    } catch (error) {
      if (!isExpected(error)) throw error;
      this.#around.log.error(
        { error: error.message },
        'the new configuration cannot be used; the old one stays',
      );
      return undefined;
    }
  }

  #watchChanges(loop: AgentLoop): void {
    const { config } = this.#setup;
    this.#watch.abort();
    this.#watch = new AbortController();
    if (config.agent.change_quiet > 0) void this.#watchFor(config, () => loop.changed());
  }

  async #watchFor(config: Config, onChange: () => void): Promise<void> {
    const { signal } = this.#watch;
    const { log } = this.#around;
    while (!signal.aborted) {
      try {
        await composeChanges(config, { onChange, warn: (message) => log.warn(message) }, signal);
        return;
      } catch (error) {
        // A login that is under way ends in an error of its own then.
        if (signal.aborted) return;
        if (!isExpected(error)) throw error;
        this.#around.log.warn({ error: error.message }, 'changes cannot be watched for now');
      }
      await sleep(REWATCH_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  #openHeartbeat(): HeartbeatFile | undefined {
    const { heartbeat_file: path } = this.#setup.config.agent;
    if (path === undefined) return undefined;
    return new HeartbeatFile(path, (reason) =>
      this.#around.log.warn({ path, error: reason }, 'the heartbeat file cannot be written'),
    );
  }

  #loopObserver(heartbeat: HeartbeatFile | undefined, work: AgentWork): LoopObserver {
    return {
      planned: (nextCycleMs) => this.#log.planned(nextCycleMs),
      resendIntervalChanged: (resendMs) => this.#log.resendIntervalChanged(resendMs),
      turned({ nowMs, nextCycleMs, intervalMs }) {
        const { lastReadMs } = work;
        const read = lastReadMs === undefined ? {} : { lastReadMs };
        heartbeat?.beat({ pid: process.pid, turnMs: nowMs, nextCycleMs, intervalMs, ...read });
      },
    };
  }

  #workObserver(): WorkObserver {
    let display: CycleDisplay | undefined;
    return {
      watchCycle: () => {
        const fresh = new CycleDisplay(this.#setup.config, this.#around.log);
        display = fresh;
        return { observer: fresh.observer, end: () => fresh.end() };
      },
      cycleEnded: (result, facts) => {
        const { config } = this.#setup;
        const amount = display?.read ?? { bytes: 0 };
        this.#log.cycleEnded(result, { ...facts, amount, isStrict: config.strict });
        void remember(config, result);
      },
      resent: (deliveries) => this.#log.resent(deliveries),
      tooOld: (ageMs) => this.#log.tooOld(ageMs),
    };
  }
}

function readConfig({ flags, configFile }: CommandInput): Config {
  return loadConfig({ flags, environment: process.env, file: configFile });
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
