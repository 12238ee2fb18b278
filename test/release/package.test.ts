import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';

import packageJson from '../../package.json' with { type: 'json' };

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
const packed = [...packageJson.files, 'package.json', 'README.md', 'LICENSE'];
const neededToBuild = ['scripts', 'src', 'tsconfig.json'];
const InstalledPackages = z.object({ packages: z.record(z.string(), z.unknown()) });

/** The program, `snappy`, and the native part of `snappy`. */
const MAX_PACKAGES = 3;

describe('the packed package', () => {
  let folder: string;
  let checkout: string;
  let installed: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kubescape-push-package-'));
    checkout = join(folder, 'checkout');
    installed = join(folder, 'installed');
    // A copy, because packing changes package.json for a moment, and other tests read it.
    for (const name of [...packed, ...neededToBuild]) {
      await cp(join(root, name), join(checkout, name), { recursive: true });
    }
    await symlink(join(root, 'node_modules'), join(checkout, 'node_modules'));
    await run('npm', ['pack', '--pack-destination', folder], { cwd: checkout });
    const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz')) ?? '';
    await mkdir(installed);
    const install = ['install', '--no-audit', '--no-fund', '--prefix', installed];
    await run('npm', [...install, join(folder, tarball)], { cwd: installed });
  });

  afterAll(async () => rm(folder, { recursive: true, force: true }));

  it('needs no packages but snappy', async () => {
    const lock = await readFile(join(installed, 'node_modules/.package-lock.json'), 'utf8');

    const names = Object.keys(InstalledPackages.parse(JSON.parse(lock)).packages);

    expect(names).toContain('node_modules/kubescape-push');
    expect(names.length).toBeLessThanOrEqual(MAX_PACKAGES);
  });

  it('runs from the folder that it is installed in', async () => {
    const program = join(installed, 'node_modules/.bin/kubescape-push');

    const { stdout } = await run(program, [
      'render',
      '--from',
      join(root, 'examples/scan-results'),
    ]);

    expect(stdout).toContain('kubescape_total_critical_vulnerabilities{');
  });

  it('leaves package.json of the checkout as it was', async () => {
    const before = await readFile(join(root, 'package.json'), 'utf8');

    expect(await readFile(join(checkout, 'package.json'), 'utf8')).toBe(before);
  });
});
