import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type CliRun, messagesOf, runCli } from '../support/cli/run-cli.ts';
import { dump, samples } from '../support/scan-results/samples.ts';

const summaries = samples.path('storage-dump/workloadconfigurationscansummaries.list.json');
const details = samples.path('storage-dump/workloadconfigurationscans.list.json');

/** Counts that Kubescape reported for the cluster of the dump. */
const totals = { Critical: 0, High: 50, Medium: 108, Low: 19, Unknown: 0 } as const;
const RESOURCES = 272;
const LABEL_SETS = 219;

/** Cluster-scoped kinds in the dump. */
const withoutNamespace = new Set([
  ...['APIService', 'ClusterRoleBinding', 'Group', 'Namespace', 'Node', 'PersistentVolume', 'User'],
  ...['CNIInfo', 'ControlPlaneInfo', 'KubeletInfo', 'KubeProxyInfo'],
]);

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

describe.skipIf(samples.missing)(`configuration scans of a real cluster${samples.note}`, () => {
  let run: CliRun;
  let found: readonly Sample[];
  beforeAll(async () => {
    run = await render(summaries);
    found = parse(run.stdout);
  });

  it('are read without vulnerabilities and emit no vulnerability metrics', () => {
    expect(run.exitCode).toBe(0);
    expect(new Set(found.map(({ name }) => name).filter((name) => !/_push_/.test(name)))).toEqual(
      new Set([
        'kubescape_failed_controls',
        'kubescape_total_failed_controls',
        'kubescape_control_failed_resources',
        'kubescape_total_control_results',
        'kubescape_scanned_resources',
      ]),
    );
    expect(run.stdout).toContain('kubescape_scanned_resources{cluster="kind-kind"} 272\n');
    expect(run.stdout).toContain(`reports_read{cluster="kind-kind"} ${RESOURCES}\n`);
  });

  it.each(Object.entries(totals))('have the total of %s', (severity, total) => {
    const ofSeverity = named(found, 'total_failed_controls').filter(
      ({ labels }) => labels['severity'] === severity,
    );

    expect(ofSeverity.map(({ value }) => value)).toEqual([total]);
  });

  it.each(Object.entries(totals))('add up to the total of %s', (severity, total) => {
    for (const name of ['failed_controls', 'control_failed_resources']) {
      const ofSeverity = named(found, name).filter(({ labels }) => labels['severity'] === severity);

      expect(sum(ofSeverity)).toBe(total);
    }
  });

  it('have all severities of every resource, summed over resources with the same labels', () => {
    expect(named(found, 'failed_controls')).toHaveLength(LABEL_SETS * 5);
    const merged = (RESOURCES - LABEL_SETS) * 5;
    expect(run.stdout).toContain(`series_merged{cluster="kind-kind"} ${merged}\n`);
  });

  it('have no namespace for cluster-scoped resources, whatever the namespace of the report', () => {
    const ofCluster = named(found, 'failed_controls').filter(({ labels }) =>
      withoutNamespace.has(labels['workload_kind'] ?? ''),
    );
    expect(ofCluster.length).toBeGreaterThan(0);
    expect(ofCluster.filter(({ labels }) => 'namespace' in labels)).toEqual([]);

    // Kubescape's own exporter counts 30, because it includes reports that are only stored in this namespace.
    const inKubescape = named(found, 'failed_controls').filter(
      ({ labels }) => labels['namespace'] === 'kubescape' && labels['severity'] === 'High',
    );
    expect(sum(inKubescape)).toBe(22);
  });

  it('name each control, although summaries contain no names', () => {
    const controls = named(found, 'control_failed_resources');

    expect(controls.filter(({ labels }) => !('control' in labels))).toEqual([]);
    expect(controls.filter(({ value }) => value === 0).length).toBeGreaterThan(0);
  });

  it('are counted once with their detail objects, which name the controls', async () => {
    const both = await render(details, summaries);

    expect(both.exitCode).toBe(0);
    const controls = named(parse(both.stdout), 'control_failed_resources');
    expect(controls.filter(({ labels }) => labels['control'] === undefined)).toEqual([]);
    expect(withoutNames(parse(both.stdout))).toEqual(withoutNames(found));
    expect(both.stdout).toContain('kubescape_posture_sticky_controls{cluster="kind-kind"} 0\n');
  });

  it('keep skipped controls and those with exceptions apart from passed and failed ones', async () => {
    for (const paths of [[summaries], [details], [details, summaries]]) {
      const results = named(parse((await render(...paths)).stdout), 'total_control_results');

      expect(
        Object.fromEntries(results.map(({ labels, value }) => [labels['status'], value])),
      ).toEqual({ failed: 177, skipped: 57, excepted: 396, passed: 1770 });
    }
  });

  it('are the same from detail objects alone', async () => {
    const alone = await render(details);

    expect(withoutNames(parse(alone.stdout))).toEqual(withoutNames(found));
  });

  it('are sent with the vulnerabilities under one cluster name', async () => {
    const all = await render(...dump, summaries, details);
    const both = parse(all.stdout);

    expect(all.exitCode).toBe(0);
    expect(sum(named(both, 'total_vulnerabilities'))).toBe(195);
    expect(sum(named(both, 'total_failed_controls'))).toBe(177);
    expect(new Set(both.map(({ labels }) => labels['cluster']))).toEqual(
      new Set(['gke_elated-pottery-310110_us-central1-c_cluster-1']),
    );
  });

  it.each(['workloadconfigurationscansummaries', 'workloadconfigurationscans'])(
    'are rejected if a list of %s contains only metadata',
    async (kind) => {
      const path = samples.path(`storage-dump/DERIVED-metadata-only-${kind}.list.json`);
      const refused = await render(path);

      expect(refused.exitCode).toBe(3);
      expect(refused.stdout).toBe('');
      expect(messagesOf(refused)).toMatch(
        /:\d+: WorkloadConfigurationScan(Summary)? contains only metadata.*resourceVersion=fullSpec/,
      );
      expect(messagesOf(refused)).toContain('could not read any scan results');
    },
  );
});

describe('configuration scans', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'posture-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('with metadata only never count as 0 failed controls, even next to complete ones', async () => {
    const path = join(folder, 'list.json');
    writeFileSync(
      path,
      JSON.stringify({
        kind: 'WorkloadConfigurationScanSummaryList',
        apiVersion: 'spdx.softwarecomposition.kubescape.io/v1beta1',
        items: [summary('good', passed), summary('listed', null)],
      }),
    );

    const run = await runCli(['render', '--cluster', 'c', '--from', path]);

    expect(run.exitCode).toBe(5);
    expect(run.stdout).toContain('workload="good"');
    expect(run.stdout).not.toContain('listed');
    expect(run.stdout).toContain('reports_skipped{cluster="c",reason="metadata_only"} 1\n');
  });

  it('without controls never count as 0 failed controls', async () => {
    const path = join(folder, 'list.json');
    const items = [summary('good', passed), summary('empty', {})];
    writeFileSync(path, JSON.stringify({ kind: 'List', items }));

    const run = await runCli(['render', '--cluster', 'c', '--from', path]);

    expect(run.exitCode).toBe(0);
    expect(run.stdout).toContain('workload="good"');
    expect(run.stdout).not.toContain('workload="empty"');
    expect(run.stdout).toContain('reports_skipped{cluster="c",reason="no_controls"} 1\n');
  });

  it('use the newest rules, in whatever order summaries and details come', async () => {
    const path = join(folder, 'one.json');
    const stored = { controlID: 'C-0016', status: { status: 'failed' } };
    const detail = {
      metadata: { name: 'api', namespace: 'web' },
      spec: {
        controls: { 'C-0016': { ...stored, rules: [{ status: { status: 'passed' } }] } },
        relatedObjects: null,
      },
    };
    const items = [summary('api', { 'C-0016': stored }), detail];
    for (const order of [items, items.toReversed()]) {
      writeFileSync(path, JSON.stringify({ kind: 'List', items: order }));
      const run = await runCli(['render', '--cluster', 'c', '--from', path]);

      expect(run.exitCode).toBe(0);
      expect(sum(named(parse(run.stdout), 'total_failed_controls'))).toBe(0);
      expect(run.stdout).toContain('kubescape_posture_sticky_controls{cluster="c"} 1\n');
    }
  });

  it('are left out if their group is not selected', async () => {
    const path = join(folder, 'one.json');
    writeFileSync(path, JSON.stringify({ kind: 'List', items: [summary('good', passed)] }));

    const run = await runCli(['render', '--cluster=c', '--metrics-groups=scans', '--from', path]);

    expect(run.exitCode).toBe(0);
    expect(run.stdout).not.toContain('failed_controls');
    expect(run.stdout).toContain('kubescape_scanned_resources{cluster="c"} 1\n');
  });
});

const passed = { 'C-0016': { controlID: 'C-0016', status: { status: 'passed' } } };

function summary(name: string, controls: object | null): object {
  const severities = { critical: 0, high: 0, medium: 0, low: 0, unknown: 0 };
  return { metadata: { name, namespace: 'web' }, spec: { severities, controls } };
}

async function render(...paths: readonly string[]): Promise<CliRun> {
  return runCli(['render', ...paths.flatMap((path) => ['--from', path])]);
}

function parse(text: string): Sample[] {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => {
    const {
      name = '',
      labels = '',
      value = '',
    } = /^(?<name>\w+)\{(?<labels>.*)\} (?<value>.*)$/.exec(line)?.groups ?? {};
    const pairs = labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g);
    return {
      name,
      labels: Object.fromEntries(Array.from(pairs, ([, key = '', escaped = '']) => [key, escaped])),
      value: Number(value),
    };
  });
}

function named(found: readonly Sample[], name: string): Sample[] {
  return found.filter((sample) => sample.name === `kubescape_${name}`);
}

function sum(found: readonly Sample[]): number {
  return found.reduce((total, { value }) => total + value, 0);
}

/** Sorted series that summaries and details have, without the names of controls. */
function withoutNames(found: readonly Sample[]): string[] {
  return found
    .filter(({ name }) => !/^kubescape_(push_|posture_sticky)/.test(name))
    .map(({ name, labels: { control: _control, ...labels }, value }) =>
      JSON.stringify([name, labels, value]),
    )
    .toSorted();
}
