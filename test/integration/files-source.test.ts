import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { runCli } from '../support/cli/run-cli.ts';
import { generateCluster } from '../support/cluster-generator/generate-cluster.ts';
import { writeCluster } from '../support/cluster-generator/write-cluster.ts';
import { realPromtool } from '../support/real-servers/real-servers.ts';
import { samples } from '../support/scan-results/samples.ts';

const cluster = generateCluster({
  seed: 7,
  images: 12,
  containers: 30,
  findingsPerImage: 40,
  odd: {
    stubs: 2,
    danglingReferences: 2,
    orphanManifests: 2,
    duplicates: 3,
    nullLists: 2,
    unknownSeverities: 2,
  },
});
const expected = cluster.expected();
const promtool = await realPromtool();

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'files-source-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(['lists', 'json', 'json-gz', 'yaml', 'ndjson', 'ndjson-gz'] as const)(
  'a generated cluster as %s',
  (layout) => {
    let values: ReadonlyMap<string, number>;
    let exitCode: number | null;

    beforeAll(async () => {
      const path = join(folder, layout);
      await writeCluster(cluster, { folder: path, layout });
      const run = await runCli(['render', '--from', path]);
      exitCode = run.exitCode;
      values = parse(run.stdout);
    });

    it('is read as complete although it has stubs and dangling references', () => {
      expect(exitCode).toBe(0);
    });

    it('has the totals it was generated with', () => {
      const { scannedContainers } = expected;
      for (const kind of ['total', 'fixable', 'rce'] as const) {
        const name = kind === 'total' ? 'total_vulnerabilities' : `total_${kind}_vulnerabilities`;
        expect(valueOf(values, name)).toBe(scannedContainers[kind]);
      }
      for (const [severity, count] of Object.entries(scannedContainers.severities)) {
        const name = `total_${severity.toLowerCase()}_vulnerabilities`;
        expect(valueOf(values, name)).toBe(count);
      }
    });

    it('reports scanned and unscanned containers', () => {
      expect(valueOf(values, 'scanned_containers')).toBe(countOutcomes('scanned'));
      expect(valueOf(values, 'scan_references_dangling')).toBe(countOutcomes('dangling'));
      const stubs = [...values.keys()].filter((key) => key.includes('status="unsupported-schema"'));
      expect(stubs).toHaveLength(countOutcomes('unsupported-schema'));
    });

    it('has the findings of every container', () => {
      for (const { totals, namespace, workload, container } of expected.containers) {
        if (totals === undefined) continue;
        const labels = [
          `name="${container}"`,
          `namespace="${namespace}"`,
          `workload="${workload}"`,
        ];
        const series = [...values].filter(
          ([key]) =>
            key.startsWith('kubescape_total_image_vulnerabilities{') &&
            labels.every((label) => key.includes(label)),
        );
        expect(series.map(([, value]) => value)).toEqual([totals.total]);
      }
    });
  },
);

describe('order and repetition', () => {
  it('do not matter: summaries first, manifests first, everything twice', async () => {
    const path = join(folder, 'lists');
    await writeCluster(cluster, { folder: path, layout: 'lists' });
    const [once, twice] = await Promise.all([
      runCli(['render', '--from', path]),
      runCli(['render', '--from', path, '--from', path]),
    ]);

    expect(twice.exitCode).toBe(0);
    expect(aboutTheCluster(twice.stdout)).toEqual(aboutTheCluster(once.stdout));
  });

  it('do not change the output of a second run', async () => {
    const runs = await Promise.all(
      [1, 2].map(async () => runCli(['render', '--from', 'examples/scan-results'])),
    );

    const [first, second] = runs.map(({ stdout }) => withoutTime(stdout));
    expect(first).toBe(second);
  });
});

describe.skipIf(promtool.missing)(`the exposition text, by ${promtool.label} check metrics`, () => {
  it.each([
    ['the examples', ['--from', 'examples/scan-results']],
    ['bare names', ['--from', 'examples/scan-results', '--metrics-prefix', '']],
  ])('of %s is valid', async (_what, args) => {
    const { stdout } = await runCli(['render', ...args]);

    const check = await promtool.run(['check', 'metrics'], stdout);

    expect(check).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('detects an extra line', async () => {
    const check = await promtool.run(['check', 'metrics'], 'kubescape_x{a="b"} 1\nkubescape_x{');

    expect(check.exitCode).not.toBe(0);
  });
});

describe.skipIf(samples.missing)(`documents of real scans${samples.note}`, () => {
  it.each`
    what                             | path                                                                  | args               | image                       | total
    ${'a manifest in YAML'}          | ${'vulnerabilitymanifest/storage-artifact-01-example.yaml'}           | ${['--cluster=c']} | ${''}                       | ${143}
    ${'a Grype document of the CLI'} | ${'scan-image-json/kubevuln-raw-grype-0.73.4-alpine-cve.json'}        | ${['--cluster=c']} | ${'image="library/alpine"'} | ${20}
    ${'a CLI document with EPSS'}    | ${'scan-image-json/grype-v0.104.1-TestJsonImgsPresenter.golden.json'} | ${['--cluster=c']} | ${''}                       | ${2}
  `(
    '$what',
    async ({
      path,
      args,
      image,
      total,
    }: {
      path: string;
      args: string[];
      image: string;
      total: number;
    }) => {
      const run = await runCli(['render', '--from', samples.path(path), ...args]);

      expect(run.exitCode).toBe(0);
      expect(valueOf(parse(run.stdout), 'total_vulnerabilities')).toBe(total);
      expect(run.stdout).toContain(image);
    },
  );

  it('counts as many IDs in a bare payload as Grype found', async () => {
    const file: unknown = JSON.parse(
      readFileSync(samples.path('vulnerabilitymanifest/kubevuln-domain-nginx-cve.json'), 'utf8'),
    );
    const payload =
      typeof file === 'object' && file !== null && 'Content' in file ? file.Content : null;
    const run = await runCli(['render', '--cluster=c', '--from', '-'], {
      input: JSON.stringify(payload),
    });

    expect(run.exitCode).toBe(0);
    expect(valueOf(parse(run.stdout), 'total_vulnerabilities')).toBe(456);
  });
});

function countOutcomes(outcome: string): number {
  return expected.containers.filter((container) => container.outcome === outcome).length;
}

/** Values by name and labels. */
function parse(text: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(' ');
      return [line.slice(0, end), Number(line.slice(end + 1))];
    }),
  );
}

/** Value of a family with one series. */
function valueOf(values: ReadonlyMap<string, number>, name: string): number | undefined {
  return [...values].find(([key]) => key.startsWith(`kubescape_${name}{`))?.[1];
}

/** Sorted series of the cluster, without self-metrics. Sorted because files are read in another order. */
function aboutTheCluster(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('kubescape_push_'))
    .toSorted();
}

function withoutTime(text: string): string {
  const timed = /(push_(?:last_\w+_timestamp|cycle_duration)_seconds\{.*\}) .*/g;
  return text.replaceAll(timed, '$1');
}
