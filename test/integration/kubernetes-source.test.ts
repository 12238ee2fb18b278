import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { runCli } from '../support/cli/run-cli.ts';
import { type FakeStorage, startFakeStorage } from '../support/fake-storage/fake-storage.ts';
import { writeKubeconfig } from '../support/fake-storage/kubeconfig.ts';
import { loadDump } from '../support/fake-storage/load-dump.ts';
import { dump, samples } from '../support/scan-results/samples.ts';

let folder: string;
let storage: FakeStorage;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubernetes-source-'));
});
afterEach(async () => {
  await storage.close();
  rmSync(folder, { recursive: true });
});

describe.skipIf(samples.missing)(`a real cluster behind the storage API${samples.note}`, () => {
  beforeEach(async () => {
    storage = await startFakeStorage({ objects: loadDump(), checksums: false });
  });

  it('has the same totals as its files', async () => {
    const [cluster, files] = await Promise.all([
      render(),
      runCli(['render', ...dump.flatMap((path) => ['--from', path])]),
    ]);

    expect(cluster.exitCode).toBe(0);
    expect(valuesOf(cluster.stdout, /total_[a-z]+_vulnerabilities|total_vulnerabilities/)).toEqual([
      195, 2, 145, 1, 65, 95, 1, 33, 0,
    ]);
    expect(vulnerabilityLines(cluster.stdout)).toEqual(vulnerabilityLines(files.stdout));
  });

  it('has the posture that Kubescape counted', async () => {
    const { stdout } = await render();

    expect(stdout).toContain('total_failed_controls{cluster="x",severity="High"} 50\n');
    expect(stdout).toContain('total_failed_controls{cluster="x",severity="Medium"} 108\n');
    expect(stdout).toContain('total_failed_controls{cluster="x",severity="Low"} 19\n');
  });

  it('is read by get and list only, one manifest at a time', async () => {
    await render();

    const verbs = new Set(storage.requests.map(({ method, verb }) => `${method} ${verb}`));
    expect([...verbs].toSorted()).toEqual(['GET get', 'GET list']);
    expect(storage.inFlightMax('vulnerabilitymanifests')).toBe(1);
    const gets = storage.requests.filter(
      ({ verb, resource }) => verb === 'get' && resource === 'vulnerabilitymanifests',
    );
    // The 29th manifest is a filtered one, which no row asks for.
    expect(gets).toHaveLength(28);
  });

  it('reads nothing again that has not changed, and again what has', async () => {
    const state = ['--state-dir', folder];
    const first = await render(...state);
    const asked = storage.requests.length;
    const second = await render(...state);
    const gets = storage.requests.slice(asked).filter(isManifestGet);

    expect(gets).toEqual([]);
    expect(aboutTheCluster(second.stdout)).toEqual(aboutTheCluster(first.stdout));
  });
});

async function render(...args: readonly string[]) {
  const kubeconfig = writeKubeconfig(storage, { dir: folder, user: { token: 'test' } });
  return runCli(['render', '--cluster', 'x', '--kubeconfig', kubeconfig, ...args]);
}

function isManifestGet({ verb, resource }: { verb: string; resource: string }): boolean {
  return verb === 'get' && resource === 'vulnerabilitymanifests';
}

function vulnerabilityLines(text: string): string[] {
  return aboutTheCluster(text)
    .map((line) => line.replace(/cluster="[^"]*"/, ''))
    .filter((line) => /^kubescape_[a-z_]*vulnerabilities\{/.test(line));
}

function aboutTheCluster(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !/^#|^kubescape_push_/.test(line))
    .toSorted();
}

function valuesOf(text: string, name: RegExp): number[] {
  const line = new RegExp(`^kubescape_(?:${name.source})\\{cluster="x"\\} (.*)$`);
  return text.split('\n').flatMap((one) => {
    const value = line.exec(one)?.[1];
    return value === undefined ? [] : [Number(value)];
  });
}
