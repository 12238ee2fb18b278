import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type CliRun, runCli } from '../support/cli/run-cli.ts';
import type { QueriedSample } from '../support/real-servers/query-api.ts';
import { realServer } from '../support/real-servers/real-servers.ts';
import { dump, samples } from '../support/scan-results/samples.ts';

/** Counted by hand and by Kubescape itself in the real cluster from which the dump comes. */
const totals = {
  total_vulnerabilities: 195,
  total_fixable_vulnerabilities: 145,
  total_rce_vulnerabilities: 2,
  total_critical_vulnerabilities: 1,
  total_high_vulnerabilities: 65,
  total_medium_vulnerabilities: 95,
  total_low_vulnerabilities: 1,
  total_negligible_vulnerabilities: 33,
  total_unknown_vulnerabilities: 0,
} as const;

const containerFamilies = [
  'total_image_vulnerabilities',
  'rce_vulnerabilities',
  'fixable_vulnerabilities',
  'critical_vulnerabilities',
  'high_vulnerabilities',
  'medium_vulnerabilities',
  'low_vulnerabilities',
  'negligible_vulnerabilities',
  'unknown_vulnerabilities',
] as const;

const CONTAINERS = 28;
const cluster = 'gke_elated-pottery-310110_us-central1-c_cluster-1';

const prometheus = await realServer('prometheus');
const victoriaMetrics = await realServer('victoria-metrics');
const pushgateway = await realServer('pushgateway');

for (const receiver of [prometheus, victoriaMetrics]) {
  const missing = samples.missing ?? receiver.missing;
  describe.skipIf(missing)(
    `a real cluster's results in a real ${receiver.label}${samples.note}`,
    () => {
      let server: Awaited<ReturnType<typeof receiver.start>>;
      let run: CliRun;

      beforeAll(async () => {
        server = await receiver.start();
        run = await push(['--remote-write-url', server.remoteWriteUrl]);
      });
      afterAll(async () => server.stop());

      it('are all delivered', () => {
        expect(run.exitCode).toBe(0);
        expect(run.stdout).toBe('');
      });

      it.each(Object.entries(totals))('have the total of %s', async (name, value) => {
        expect(await server.query(`kubescape_${name}`)).toEqual([
          { labels: { __name__: `kubescape_${name}`, cluster }, value },
        ]);
      });

      it.each(containerFamilies)('have %s of every container', async (name) => {
        expect(await server.query(`count(kubescape_${name})`)).toEqual([
          { labels: {}, value: CONTAINERS },
        ]);
      });

      it('add up by cluster to the totals', async () => {
        for (const name of containerFamilies) {
          const sum = await server.query(`sum by (cluster) (kubescape_${name})`);
          const total =
            name === 'total_image_vulnerabilities' ? 'total_vulnerabilities' : `total_${name}`;
          expect(sum).toEqual([{ labels: { cluster }, value: valueAt(total) }]);
        }
      });
    },
  );
}

const missing = samples.missing ?? pushgateway.missing;
describe.skipIf(missing)(
  `a real cluster's results in a real ${pushgateway.label}${samples.note}`,
  () => {
    let server: Awaited<ReturnType<typeof pushgateway.start>>;
    let series: readonly QueriedSample[];
    let run: CliRun;

    beforeAll(async () => {
      server = await pushgateway.start();
      run = await push(['--pushgateway-url', server.url]);
      series = await server.series();
    });
    afterAll(async () => server.stop());

    it('are all delivered', () => {
      expect(run).toMatchObject({ exitCode: 0, stdout: '' });
    });

    it.each(Object.entries(totals))('have the total of %s', (name, value) => {
      expect(named(series, name)).toEqual([
        {
          labels: { __name__: `kubescape_${name}`, cluster, job: 'kubescape', instance: '' },
          value,
        },
      ]);
    });

    it('have nine families of every container, which add up to the totals', () => {
      for (const name of containerFamilies) {
        const found = named(series, name);
        const total =
          name === 'total_image_vulnerabilities' ? 'total_vulnerabilities' : `total_${name}`;
        expect(found).toHaveLength(CONTAINERS);
        expect(found.reduce((sum, { value }) => sum + value, 0)).toBe(valueAt(total));
      }
    });

    it('are replaced completely by the next push, so that ended series disappear', async () => {
      await push(['--pushgateway-url', server.url, '--metrics-groups', 'scans']);

      const after = await server.series();

      expect(named(after, 'total_vulnerabilities')).toEqual([]);
      expect(named(after, 'scanned_containers')).toMatchObject([{ value: CONTAINERS }]);
    });

    it('are stored under the configured grouping key, whatever its values contain', async () => {
      const other = await push([
        ...['--pushgateway-url', server.url, '--pushgateway-job', 'security/scans'],
        ...['--pushgateway-grouping', 'team=a/b ü', '--pushgateway-grouping', 'empty='],
        ...['--cluster', 'prod/eu'],
      ]);

      expect(other.exitCode).toBe(0);
      const total = named(await server.series(), 'total_vulnerabilities').find(
        ({ labels }) => labels['cluster'] === 'prod/eu',
      );
      expect(total).toMatchObject({
        labels: { job: 'security/scans', team: 'a/b ü', cluster: 'prod/eu' },
        value: 195,
      });
    });
  },
);

async function push(args: readonly string[]): Promise<CliRun> {
  return runCli(['push', ...dump.flatMap((path) => ['--from', path]), ...args]);
}

function named(series: readonly QueriedSample[], name: string): readonly QueriedSample[] {
  return series.filter(({ labels }) => labels['__name__'] === `kubescape_${name}`);
}

function valueAt(name: string): number | undefined {
  return Object.entries(totals).find(([key]) => key === name)?.[1];
}
