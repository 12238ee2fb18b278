import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import * as z from 'zod';

import packageJson from '../../package.json' with { type: 'json' };
import { runCli } from '../support/cli/run-cli.ts';
import { availabilityOf, realPromtool } from '../support/real-servers/real-servers.ts';
import {
  chartFolder,
  configFileIn,
  findKind,
  helmVersions,
  install,
  lint,
  type Manifest,
  render,
} from './helm-chart.ts';
import { schemaErrors } from './kubernetes-schema.ts';
import { violationsOf } from './policy.ts';
import { securityParts } from './security-parts.ts';

const ciFiles = readdirSync(join(chartFolder, 'ci')).toSorted();

const promtool = await realPromtool();
const helms = await Promise.all(
  helmVersions.map(async (version) => ({ version, ...(await availabilityOf(version)) })),
);

const Data = z.record(z.string(), z.string());

interface NotesRow {
  readonly ciFile: string;
  /** Whether values stay visible after a push. */
  readonly lasts: boolean;
}

interface FlavourRow {
  readonly values: object;
  readonly rules: string;
  readonly dashboard: string;
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chart-'));
});
afterAll(async () => rm(folder, { recursive: true }));

for (const { version, missing, label } of helms) {
  describe.skipIf(missing)(`the chart with ${label}`, () => {
    for (const ciFile of ciFiles) {
      it(`passes helm lint with ${ciFile}`, async () => {
        const run = await lint({ helm: version, ciFile });

        expect(run.stdout + run.stderr).toContain('1 chart(s) linted, 0 chart(s) failed');
        expect(run.exitCode).toBe(0);
      });
    }

    it.each(ciFiles)('renders valid Kubernetes objects with %s', async (ciFile) => {
      const manifests = await render({ helm: version, ciFile, withSchema: false });

      expect(manifests.length).toBeGreaterThan(2);
      expect(manifests.flatMap((manifest) => schemaErrors(manifest))).toEqual([]);
    });

    it.each(ciFiles)('meets the security policy with %s', async (ciFile) => {
      const manifests = await render({ helm: version, ciFile, withSchema: false });

      expect(violationsOf(manifests)).toEqual([]);
      await expect(securityParts(manifests)).toMatchFileSnapshot(
        join(import.meta.dirname, 'golden', ciFile.replace('-values', '')),
      );
    });
  });
}

describe('the rendered configuration', () => {
  for (const ciFile of ciFiles) {
    it(`with ${ciFile} is valid for the program`, async () => {
      const manifests = await render({ ciFile, withSchema: false });
      const path = join(folder, ciFile);
      await writeFile(path, configFileIn(manifests));

      // Scan results from files cannot be sharded.
      const args = ['render', '--config', path, '--from', 'examples/scan-results', '--shards', '1'];
      const run = await runCli(args);

      expect(run.exitCode).toBe(0);
      expect(run.log.filter(({ level }) => level !== 'info')).toEqual([]);
      const cluster = ciFile === 'posture-values.yaml' ? 'demo-eu-1' : clusterOf(manifests);
      expect(run.stdout).toContain(`cluster="${cluster}"`);
    });
  }

  it('contains the keys that the chart adds', async () => {
    const manifests = await render({
      withSchema: false,
      values: {
        mode: 'agent',
        cluster: 'c',
        kubescapeNamespace: 'security',
        shards: 2,
        config: {
          source: { kubernetes: { concurrency: 2 } },
          agent: { schedule: '@hourly' },
          remote_write: [{ url: 'http://a' }],
        },
      },
    });

    expect(parse(configFileIn(manifests))).toEqual({
      cluster: 'c',
      source: {
        kubernetes: { concurrency: 2, namespace: 'security' },
        sharding: { shards: 2, shard: 'auto' },
      },
      state_dir: '/var/lib/kubescape-push',
      agent: { schedule: '@hourly' },
      remote_write: [{ url: 'http://a' }],
    });
  });
});

describe.skipIf(promtool.missing)(`alerts and dashboards, checked by ${promtool.label}`, () => {
  it('contain valid rules', async () => {
    const manifests = await render({ ciFile: 'monitoring-values.yaml' });
    const rules = manifests.filter(({ kind }) => kind === 'PrometheusRule');
    expect(rules).not.toEqual([]);

    for (const { metadata, spec } of rules) {
      const path = join(folder, `${metadata.name}.yaml`);
      await writeFile(path, stringify(spec));

      const run = await promtool.run(['check', 'rules', '--lint=all', path]);

      expect(run.stdout + run.stderr).toMatch(/SUCCESS: [1-9]\d* rules found/);
      expect(run.exitCode).toBe(0);
    }
  });

  it.each`
    what                              | values                                                                               | rules        | dashboard
    ${'remote write from a CronJob'}  | ${{}}                                                                                | ${'cronjob'} | ${'cronjob'}
    ${'remote write from an agent'}   | ${{ mode: 'agent' }}                                                                 | ${'agent'}   | ${'agent'}
    ${'a Pushgateway from a CronJob'} | ${{ config: { remote_write: [], pushgateway: { url: 'http://p' } } }}                | ${'cronjob'} | ${'agent'}
    ${'a Pushgateway from an agent'}  | ${{ mode: 'agent', config: { remote_write: [], pushgateway: { url: 'http://p' } } }} | ${'agent'}   | ${'agent'}
    ${'both from a CronJob'}          | ${{ config: { pushgateway: { url: 'http://p' } } }}                                  | ${'cronjob'} | ${'cronjob'}
  `('fit $what', async ({ values, rules, dashboard }: FlavourRow) => {
    const manifests = await render({ ciFile: 'monitoring-values.yaml', values });

    const file = await readFile(join(chartFolder, 'files/rules', `${rules}.yaml`), 'utf8');
    expect(findKind(manifests, 'PrometheusRule')?.['spec']).toEqual(parse(file));
    const dashboardMap = manifests.find(({ metadata }) => metadata.name.endsWith('-dashboard'));
    expect(Object.keys(Data.parse(dashboardMap?.['data']))).toEqual([
      `kubescape-push-${dashboard}.json`,
    ]);
  });

  it('contain dashboards as JSON', async () => {
    const manifests = await render({ ciFile: 'monitoring-values.yaml' });
    const dashboards = manifests.filter(({ metadata }) => metadata.name.endsWith('-dashboard'));

    expect(dashboards).not.toEqual([]);
    for (const { metadata, data } of dashboards) {
      expect(metadata).toMatchObject({ labels: { grafana_dashboard: '1' } });
      for (const text of Object.values(Data.parse(data))) {
        expect(JSON.parse(text)).toHaveProperty('title');
      }
    }
  });
});

describe('the notes', () => {
  it.each`
    ciFile                         | says
    ${'cronjob-values.yaml'}       | ${'create job scans-kubescape-push-first --from cronjob/scans-kubescape-push\n'}
    ${'agent-values.yaml'}         | ${'logs --follow deployment/scans-kubescape-push\n'}
    ${'agent-sharded-values.yaml'} | ${'logs --follow statefulset/scans-kubescape-push\n'}
  `(
    'show how to watch the first push with $ciFile',
    async ({ ciFile, says }: Record<string, string>) => {
      const { stdout } = await install({ ...(ciFile !== undefined && { ciFile }) });

      const notes = stdout.slice(stdout.indexOf('\nNOTES:'));
      expect(notes).toContain(says);
      expect(notes).toContain('helm test scans --namespace kubescape-push --logs\n');
    },
  );

  it.each`
    ciFile                       | lasts
    ${'cronjob-values.yaml'}     | ${false}
    ${'pushgateway-values.yaml'} | ${true}
  `('explain how long values are visible with $ciFile', async ({ ciFile, lasts }: NotesRow) => {
    const { stdout } = await install({ ciFile });

    expect(stdout.includes('show values for five minutes after a push')).toBe(!lasts);
    expect(stdout.includes('mode=agent')).toBe(!lasts);
    expect(stdout.includes('A Pushgateway keeps the last push indefinitely')).toBe(lasts);
  });
});

describe('Chart.yaml', () => {
  it('has the version of package.json', async () => {
    const manifests = await render({ ciFile: 'cronjob-values.yaml' });

    expect(findKind(manifests, 'CronJob')).toMatchObject({
      metadata: { labels: { 'helm.sh/chart': `kubescape-push-${packageJson.version}` } },
      spec: {
        jobTemplate: {
          spec: {
            template: {
              spec: {
                containers: [
                  { image: `ghcr.io/kubescape-push/kubescape-push:${packageJson.version}` },
                ],
              },
            },
          },
        },
      },
    });
  });
});

function clusterOf(manifests: readonly Manifest[]): string {
  const config: unknown = parse(configFileIn(manifests));
  return typeof config === 'object' && config !== null && 'cluster' in config
    ? String(config.cluster)
    : '';
}
