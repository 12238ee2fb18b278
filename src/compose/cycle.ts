import { resolveShard } from '../config/resolve-shard.ts';
import type { Config } from '../config/schema.ts';
import type { CycleOptions } from '../cycle/run-cycle.ts';
import { scanNeedsOf } from '../metrics/selection/scan-needs.ts';
import { selectRows } from '../metrics/selection/select-rows.ts';
import type { Sink } from '../sinks/sink.ts';
import { version } from '../version.ts';
import type { ChangeTracker } from './changes.ts';
import { composeFiles, composeKubernetes, composeLater } from './sources.ts';

export interface ComposeOptions {
  readonly sinks: readonly Sink[];
  /** Environment variables, which may contain the index of this shard. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /**
   * Whether to read everything before sending. A sink cannot resend its last values while it receives
   * new ones, and reading a cluster takes minutes.
   */
  readonly readsAhead?: boolean;
  /** In an agent: records what reads have listed. */
  readonly tracker?: ChangeTracker;
}

export async function compose(
  config: Config,
  { sinks, environment, signal, readsAhead = false, tracker }: ComposeOptions,
): Promise<CycleOptions> {
  const { metrics, source } = config;
  const shard = resolveShard(source.sharding, environment);
  const rows = selectRows(metrics);
  const needs = scanNeedsOf(rows);
  return {
    source:
      source.files.paths.length > 0
        ? composeFiles(config, needs)
        : composeLater('kubernetes', async () =>
            composeKubernetes(config, { shard, needs, readsAhead, tracker }, signal),
          ),
    sinks,
    rows,
    maxLabelValueBytes: metrics.max_label_value_bytes,
    cluster: config.cluster,
    version,
    ...(shard !== undefined && { shard: String(shard.index) }),
  };
}
