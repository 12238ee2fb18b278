import type { Config } from '../config/schema.ts';
import type { Sink } from '../sinks/sink.ts';

/** How the process will use its sinks. */
export interface SinkUse {
  /** Whether the last cycle is sent again between cycles. */
  readonly repeats: boolean;
}

/** Every configured receiver; none means that there is nothing but standard output. */
export async function composeSinks(config: Config, use: SinkUse): Promise<readonly Sink[]> {
  const { composeRemoteWrite } = await import('./remote-write.ts');
  const { composePushgateway } = await import('./pushgateway.ts');
  return [...(await composeRemoteWrite(config, use)), ...composePushgateway(config)];
}

/**
 * The same receivers for one harmless write, without retries. The Pushgateway gets it in a group
 * of its own, because a write to the real one would replace what is there.
 */
export async function composeCheckSinks(config: Config): Promise<readonly Sink[]> {
  const { checkJob } = await import('./pushgateway.ts');
  const { pushgateway } = config;
  // Without the state: what waits there is the next push's.
  const once = { ...config, retry_budget: 0, state_dir: undefined };
  const checked = { ...once, pushgateway: { ...pushgateway, job: checkJob(config) } };
  return composeSinks(checked, { repeats: false });
}
