import type { Config } from '../config/schema.ts';
import type { Sink } from '../sinks/sink.ts';
import type { SinkUse } from './sink-use.ts';

/** All configured receivers. Empty if the only output is stdout. */
export async function composeSinks(config: Config, use: SinkUse): Promise<readonly Sink[]> {
  const { composeRemoteWrite } = await import('./remote-write.ts');
  const { composePushgateway } = await import('./pushgateway.ts');
  return [...(await composeRemoteWrite(config, use)), ...composePushgateway(config, use)];
}

/**
 * The receivers for a test write without retries. The Pushgateway gets a separate group, because a write
 * to the real group would replace its metrics.
 */
export async function composeCheckSinks(config: Config): Promise<readonly Sink[]> {
  const { checkJob } = await import('./pushgateway.ts');
  const { pushgateway } = config;
  // Without the state folder, so that the check does not send samples that await the next push.
  const once = { ...config, retry_budget: 0, state_dir: undefined };
  const checked = { ...once, pushgateway: { ...pushgateway, job: checkJob(config) } };
  return composeSinks(checked, { resends: false });
}
