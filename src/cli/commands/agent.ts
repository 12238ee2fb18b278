import { setTimeout as sleep } from 'node:timers/promises';

import { AgentLoop, type LoopObserver } from '../../agent/agent-loop.ts';
import { AgentWork, type WorkObserver } from '../../agent/agent-work.ts';
import { systemClock } from '../../agent/clock.ts';
import { HeartbeatFile } from '../../agent/heartbeat.ts';
import { Planner } from '../../agent/planner.ts';
import { composeChanges } from '../../compose/changes.ts';
import { loadConfig } from '../../config/load-config.ts';
import type { Config } from '../../config/schema.ts';
import { createPatientController } from '../../http/patient-controller.ts';
import { AgentLog } from '../agent-log.ts';
import { type AgentSetup, createSetup } from '../agent-setup.ts';
import { recall, remember } from '../cluster-memory.ts';
import type { CommandInput } from '../command-input.ts';
import { CycleDisplay } from '../cycle-display.ts';
import { logDelivery } from '../cycle-log.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { guard, type Guarded, isExpected } from '../guard.ts';
import { createLogger, type Logger } from '../logger.ts';
import { warnOfUnknownVariables } from './run.ts';

/** Stays: reads on schedule and when results change, and sends the last values in between. */
export async function agent(input: CommandInput): Promise<ExitCode> {
  return guard(
    async (guarded) => {
      const config = readConfig(input);
      const log = createLogger(config.log, process.stderr.isTTY);
      guarded.log = log;
      warnOfUnknownVariables(log);
      const setup = await createSetup(config, guarded.signal);
      await new Agent(setup, { ...guarded, log, input }).run(await recall(config));
      return exitCodes.ok;
    },
    { endsBySignal: true },
  );
}

interface Surroundings extends Guarded {
  readonly log: Logger;
  readonly input: CommandInput;
}

/** What is left after the time for deliveries is over: a sink that does not even give up. */
const LAST_GRACE_MS = 1000;

/** When changes cannot be watched, the schedule still is; so there is no hurry. */
const REWATCH_MS = 60_000;

class Agent {
  readonly #around: Surroundings;
  readonly #log: AgentLog;
  readonly #delivery = createPatientController();
  #setup: AgentSetup;
  #watch = new AbortController();

  constructor(setup: AgentSetup, around: Surroundings) {
    this.#setup = setup;
    this.#around = around;
    this.#log = new AgentLog(around.log, around.signal);
  }

  async run(memory: Awaited<ReturnType<typeof recall>>): Promise<void> {
    const { signal, log } = this.#around;
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
    const onHangUp = () => void this.#reload(loop, work);
    process.on('SIGHUP', onHangUp);
    this.#watchChanges(loop);
    loop.start();
    log.info({ schedule: this.#setup.config.agent.schedule }, 'agent started');
    await aborted(signal);
    log.info('stopping');
    process.off('SIGHUP', onHangUp);
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
    const { input, signal, log } = this.#around;
    try {
      const setup = await createSetup(readConfig(input), signal, this.#setup);
      log.info('configuration reloaded');
      loop.reload(() => {
        this.#setup = setup;
        log.level = setup.config.log.level;
        work.replace(setup.work);
        this.#watchChanges(loop);
        return setup.planner;
      });
    } catch (error) {
      if (!isExpected(error)) throw error;
      log.error(
        { error: error.message },
        'the new configuration cannot be used; the old one stays',
      );
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
      spread: (resendMs) => this.#log.spread(resendMs),
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
        this.#log.cycleEnded(result, { ...facts, amount: display?.read ?? { bytes: 0 } });
        void remember(this.#setup.config, result);
      },
      repeated: (deliveries) => this.#log.repeated(deliveries),
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
