import { readFile } from 'node:fs/promises';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { QueryableServer } from '../support/real-servers/prometheus.ts';
import type { Pushgateway } from '../support/real-servers/pushgateway.ts';
import { realServer } from '../support/real-servers/real-servers.ts';
import { gauge, pushSeries } from '../support/sinks/pushgateway-sink.ts';

const pushgateway = await realServer('pushgateway');
const prometheus = await realServer('prometheus');

const missing = pushgateway.missing ?? prometheus.missing;
describe.skipIf(missing)(`${prometheus.label} that scrapes a ${pushgateway.label}`, () => {
  let gateway: Pushgateway;
  let scraper: QueryableServer;
  beforeAll(async () => {
    gateway = await pushgateway.start();
    await pushSeries([gauge('pushed', { image: 'x' }, 7)], { url: gateway.url });
    const config = (await documented()).replace('pushgateway:9091', new URL(gateway.url).host);
    scraper = await prometheus.start({ config: `global: { scrape_interval: 1s }\n${config}` });
  });
  afterAll(async () => Promise.all([gateway.stop(), scraper.stop()]));

  it('stores the pushed labels if it is set up as in docs/pushgateway.md', async () => {
    await expect
      .poll(async () => scraper.query('pushed'), { timeout: 20_000 })
      .toEqual([
        { labels: { __name__: 'pushed', cluster: 'c', image: 'x', job: 'kubescape' }, value: 7 },
      ]);
  });

  it('can report the age of a push', async () => {
    await expect
      .poll(async () => scraper.query('time() - push_time_seconds{job="kubescape"} < 600'), {
        timeout: 20_000,
      })
      .toMatchObject([{ labels: { cluster: 'c' } }]);
  });
});

/** The scrape configuration of the page. */
async function documented(): Promise<string> {
  const page = await readFile('docs/pushgateway.md', 'utf8');
  return /^```yaml\n(scrape_configs:.*?)^```$/ms.exec(page)?.[1] ?? '';
}
