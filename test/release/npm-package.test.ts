import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';

import packageJson from '../../package.json' with { type: 'json' };
import { mustRun, runCommand } from '../../scripts/servers/run-command.ts';

const repository = resolve(import.meta.dirname, '../..');
const manifest = await readFile(join(repository, 'package.json'), 'utf8');
/** What npm needs to build and pack. A copy, because other tests read the repository's package.json. */
const SOURCES = ['package.json', 'scripts', 'src', 'examples', 'docs', 'monitoring', 'proto'];
const TIMEOUT = { timeoutMs: 120_000 };

let folder: string;
let checkout: string;
let installed: string;
let bin: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'npm-package-'));
  checkout = join(folder, 'checkout');
  for (const path of [...SOURCES, 'README.md', 'LICENSE', 'CHANGELOG.md', '.npmrc']) {
    await cp(join(repository, path), join(checkout, path), { recursive: true });
  }
  await symlink(join(repository, 'node_modules'), join(checkout, 'node_modules'));
  installed = join(folder, 'installed/node_modules');
  bin = join(installed, '.bin/kubescape-push');
});

afterAll(async () => rm(folder, { recursive: true }));

describe('the npm package', () => {
  beforeAll(async () => {
    const { exitCode, stderr } = await npmPack(folder);
    if (exitCode !== 0) throw new Error(stderr);
    const tarball = join(folder, `kubescape-push-${packageJson.version}.tgz`);
    const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
    await mustRun('npm', ['install', '--prefix', join(folder, 'installed'), ...quiet, tarball], {
      ...TIMEOUT,
      cwd: folder,
    });
  });

  it('is packed without changing package.json in the working tree', async () => {
    expect(await readManifest()).toBe(manifest);
  });

  it('lists no dependency but the optional native snappy', async () => {
    const text = await readFile(join(installed, 'kubescape-push/package.json'), 'utf8');

    expect(JSON.parse(text)).toMatchObject({
      bin: packageJson.bin,
      engines: packageJson.engines,
      optionalDependencies: packageJson.optionalDependencies,
    });
    expect(text).not.toMatch(/"(?:d|devD|peerD)ependencies"|"scripts"/);
  });

  it('installs at most one other package and its binary for this platform', async () => {
    const lock = Lock.parse(
      JSON.parse(await readFile(join(installed, '.package-lock.json'), 'utf8')),
    );

    const others = Object.keys(lock.packages).filter((path) => !path.endsWith('/kubescape-push'));
    expect(others.length).toBeLessThanOrEqual(2);
    expect(others.filter((path) => !path.includes('snappy'))).toEqual([]);
  });

  it('brings the program, its documentation and examples, and no source code', async () => {
    expect((await readdir(join(installed, 'kubescape-push'))).toSorted()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'dist',
      'docs',
      'examples',
      'monitoring',
      'package.json',
      'proto',
    ]);
  });

  it('prints its version', async () => {
    expect(await mustRun(bin, ['--version'])).toBe(`${packageJson.version}\n`);
  });

  it('renders the examples that come with it', async () => {
    const results = join(installed, 'kubescape-push/examples/scan-results');

    const stdout = await mustRun(bin, ['render', '--from', results]);

    expect(stdout).toContain('kubescape_total_critical_vulnerabilities{cluster="demo-eu-1"}');
  });
});

describe('a failing npm pack', () => {
  it('restores package.json if the package could not be written', async () => {
    const run = await npmPack(join(folder, 'missing'));

    expect(run.exitCode).not.toBe(0);
    await vi.waitFor(async () => expect(await readManifest()).toBe(manifest), 10_000);
    expect(await readdir(checkout)).not.toContain('package.json.orig');
  });

  it('leaves package.json unchanged if the build failed', async () => {
    await writeFile(join(checkout, 'src/cli/main.ts'), 'not TypeScript');

    const run = await npmPack(folder);

    expect(run.exitCode).not.toBe(0);
    expect(await readManifest()).toBe(manifest);
  });
});

const Lock = z.object({ packages: z.record(z.string(), z.unknown()) });

async function readManifest(): Promise<string> {
  return readFile(join(checkout, 'package.json'), 'utf8');
}

async function npmPack(target: string) {
  return runCommand('npm', ['pack', '--pack-destination', target], { ...TIMEOUT, cwd: checkout });
}
