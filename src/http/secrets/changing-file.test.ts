import { execFileSync } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { ChangingFile } from './changing-file.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'changing-file-'))));
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

describe('ChangingFile', () => {
  it('notices a change of the same length within the same clock tick', async () => {
    const path = join(folder, 'secret');
    const file = new ChangingFile(path, 100);
    const seen: string[] = [];

    for (let version = 100; version < 150; version++) {
      writeFileSync(path, `v${version}`);
      seen.push(await file.read());
    }

    expect(seen).toEqual(Array.from({ length: 50 }, (_, index) => `v${100 + index}`));
  });

  // Kernels record change times in steps of up to 10 ms, so two changes may have the same time.
  it.each`
    what                | ageMs   | seen
    ${'a fresh change'} | ${1000} | ${['one', 'two']}
    ${'an old change'}  | ${3000} | ${['one', 'one']}
  `('reads $seen with $what', async ({ ageMs, seen }: StepCase) => {
    const path = join(folder, 'secret');
    const file = new ChangingFile(path, 100);
    writeFileSync(path, 'one');
    const handle = await open(path);
    const stat = await handle.stat({ bigint: true });
    stat.ctimeNs = BigInt(Date.now() - ageMs) * 1_000_000n;
    vi.spyOn(prototypeOf(handle), 'stat').mockResolvedValue(stat);
    await handle.close();

    const first = await file.read();
    writeFileSync(path, 'two');

    expect([first, await file.read()]).toEqual(seen);
  });

  it('follows a symbolic link to its current target', async () => {
    const path = join(folder, 'token');
    const file = new ChangingFile(path, 100);
    for (const version of ['one', 'two']) {
      writeFileSync(join(folder, version), version);
      utimesSync(join(folder, version), 1000, 1000);
      symlinkSync(join(folder, version), join(folder, 'new'));
      renameSync(join(folder, 'new'), path);

      expect(await file.read()).toBe(version);
    }
  });

  it('reads a file again that was missing', async () => {
    const path = join(folder, 'secret');
    const file = new ChangingFile(path, 100);

    await expect(file.read()).rejects.toThrow(`cannot read ${path} (ENOENT)`);
    writeFileSync(path, 'here');
    expect(await file.read()).toBe('here');
    rmSync(path);
    await expect(file.read()).rejects.toThrow(`cannot read ${path} (ENOENT)`);
  });

  it('rejects a file above the size limit', async () => {
    const path = join(folder, 'secret');
    const file = new ChangingFile(path, 100);

    writeFileSync(path, 'x'.repeat(100));
    expect(await file.read()).toHaveLength(100);
    writeFileSync(path, 'x'.repeat(101));
    await expect(file.read()).rejects.toThrow(`${path} is larger than 100 bytes`);
  });

  it('rejects a named pipe without blocking', async () => {
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);

    await expect(new ChangingFile(path, 100).read()).rejects.toThrow(
      `${path} is not a regular file`,
    );
  });
});

interface StepCase {
  readonly ageMs: number;
  readonly seen: readonly string[];
}

function prototypeOf(handle: FileHandle): FileHandle {
  const prototype: unknown = Object.getPrototypeOf(handle);
  if (!isHandle(prototype)) throw new Error('a handle has no prototype');
  return prototype;
}

function isHandle(value: unknown): value is FileHandle {
  return typeof value === 'object' && value !== null && 'stat' in value;
}
