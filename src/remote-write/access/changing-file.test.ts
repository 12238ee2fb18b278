import { execFileSync } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ChangingFile } from './changing-file.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'changing-file-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('ChangingFile', () => {
  it('sees a change within the same moment, of the same length', async () => {
    const path = join(folder, 'secret');
    const file = new ChangingFile(path, 100);
    const seen: string[] = [];

    for (let version = 100; version < 150; version++) {
      writeFileSync(path, `v${version}`);
      seen.push(await file.read());
    }

    expect(seen).toEqual(Array.from({ length: 50 }, (_, index) => `v${100 + index}`));
  });

  it('follows a symbolic link to where it points now', async () => {
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

  it('comes back after it was missing', async () => {
    const path = join(folder, 'secret');
    const file = new ChangingFile(path, 100);

    await expect(file.read()).rejects.toThrow(`${path} cannot be read (ENOENT)`);
    writeFileSync(path, 'here');
    expect(await file.read()).toBe('here');
    rmSync(path);
    await expect(file.read()).rejects.toThrow(`${path} cannot be read (ENOENT)`);
  });

  it('may have so many bytes, and no more', async () => {
    const path = join(folder, 'secret');
    const file = new ChangingFile(path, 100);

    writeFileSync(path, 'x'.repeat(100));
    expect(await file.read()).toHaveLength(100);
    writeFileSync(path, 'x'.repeat(101));
    await expect(file.read()).rejects.toThrow(`${path} is larger than 100 bytes`);
  });

  it('does not wait for what never comes out of a named pipe', async () => {
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);

    await expect(new ChangingFile(path, 100).read()).rejects.toThrow(`${path} is no file`);
  });
});
