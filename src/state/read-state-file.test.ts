import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { readStateFile } from './read-state-file.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'read-state-file-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

it('reads a file', async () => {
  writeFileSync(join(dir, 'file'), 'content');

  expect((await readStateFile(join(dir, 'file'))).toString()).toBe('content');
});

it('does not follow a symbolic link', async () => {
  writeFileSync(join(dir, 'file'), 'content');
  symlinkSync('file', join(dir, 'link'));

  await expect(readStateFile(join(dir, 'link'))).rejects.toThrow('ELOOP');
});

it('does not wait for a pipe', async () => {
  execFileSync('mkfifo', [join(dir, 'pipe')]);

  await expect(readStateFile(join(dir, 'pipe'))).rejects.toThrow('is not a regular file');
});

it('fails for a folder and for a missing file', async () => {
  await expect(readStateFile(dir)).rejects.toThrow('is not a regular file');
  await expect(readStateFile(join(dir, 'missing'))).rejects.toMatchObject({ code: 'ENOENT' });
});
