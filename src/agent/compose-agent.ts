import { hostname } from 'node:os';

import { type ChangeTracker, createChangeTracker } from '../compose/changes.ts';
import { compose } from '../compose/cycle.ts';
import { composeSinks } from '../compose/sinks.ts';
import { needsOf } from '../compose/sources.ts';
import { composeStdout } from '../compose/stdout.ts';
import { ConfigError } from '../config/config-error.ts';
import type { Config } from '../config/schema.ts';
import type { CycleOptions } from '../cycle/run-cycle.ts';
import type { Sink } from '../sinks/sink.ts';
import type { WorkOptions } from './agent-work.ts';
import type { PlannerOptions } from './planner.ts';
import { createSchedule } from './schedule.ts';

export interface AgentParts {
  readonly config: Config;
  readonly work: WorkOptions;
  readonly planner: PlannerOptions;
  /** What the watches know about the reads of the source. */
  readonly tracker: ChangeTracker;
}

export interface ComposeContext {
  readonly signal: AbortSignal;
  /** Called as soon as a receiver fails. */
  readonly warn: (message: string) => void;
}

/**
 * Builds the parts of an agent. Unchanged parts of the previous agent are reused, so that the source keeps its
 * findings and the receivers keep the last push.
 *
 * @throws {ConfigError} The configuration is not suitable for an agent.
 * @throws {ScheduleError} The schedule is invalid.
 */
export async function composeAgent(
  config: Config,
  context: ComposeContext,
  previous?: AgentParts,
): Promise<AgentParts> {
  if (config.source.files.paths.includes('-')) {
    throw new ConfigError('--from: the agent cannot read stdin (-); pass files or folders');
  }
  const { agent } = config;
  const schedule = createSchedule(agent.schedule, agent.timezone, Date.now());
  const tracker = previous?.tracker ?? createChangeTracker();
  const cycle = await composeCycle(config, { ...context, tracker, previous });
  return {
    config,
    tracker,
    work: { cycle, maxResultAgeMs: agent.max_result_age, intervalMs: schedule.intervalMs },
    planner: {
      schedule,
      // Each shard gets its own offset.
      jitterName: `${config.cluster ?? hostname()} ${cycle.shard ?? ''}`,
      jitterMs: agent.jitter,
      changeQuietMs: agent.change_quiet,
      changeMaxWaitMs: agent.change_max_wait,
      resendMs: agent.resend_interval,
      maxResendSamplesPerSecond: agent.max_resend_samples_per_second,
    },
  };
}

async function composeAgentSinks(
  config: Config,
  warn: ComposeContext['warn'],
): Promise<readonly Sink[]> {
  const sinks = await composeSinks(config, { resends: true, warn });
  return sinks.length > 0 ? sinks : [composeStdout(config, process.stdout)];
}

interface CycleContext extends ComposeContext, Pick<AgentParts, 'tracker'> {
  readonly previous: AgentParts | undefined;
}

async function composeCycle(
  config: Config,
  { signal, warn, tracker, previous }: CycleContext,
): Promise<CycleOptions> {
  const canReuseSinks = previous !== undefined && isSame(deliveryOf, config, previous.config);
  const sinks = canReuseSinks ? previous.work.cycle.sinks : await composeAgentSinks(config, warn);
  const cycle = await compose(config, {
    sinks,
    environment: process.env,
    signal,
    readsAhead: true,
    tracker,
  });
  const canReuseSource = previous !== undefined && isSame(sourceOf, config, previous.config);
  return canReuseSource ? { ...cycle, source: previous.work.cycle.source } : cycle;
}

type Part = (config: Config) => object;

function isSame(part: Part, config: Config, previous: Config): boolean {
  return JSON.stringify(part(config)) === JSON.stringify(part(previous));
}

const keysWithoutDelivery: ReadonlySet<string> = new Set<keyof Config>([
  'source',
  'agent',
  'log',
  'cluster',
  'strict',
  'deadline',
]);

/** Returns all options except those that cannot affect receivers, so that options added later are included. */
function deliveryOf(config: Config): object {
  const rest = Object.fromEntries(
    Object.entries(config).filter(([key]) => !keysWithoutDelivery.has(key)),
  );
  return { ...rest, sharding: config.source.sharding };
}

/** Returns the options on which a source depends, including what the metrics need from it. */
function sourceOf(config: Config): object {
  const { source, state_dir, cluster } = config;
  return { source, state_dir, needs: needsOf(config), isNamed: cluster !== undefined };
}
