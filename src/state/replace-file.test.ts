import {
  closeSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { replaceFile } from './replace-file.ts';

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'replace-file-'));
  path = join(dir, 'file');
});
afterEach(() => rmSync(dir, { recursive: true }));

it('leaves the old file intact for a process that has it open', async () => {
  writeFileSync(path, 'old');
  const old = openSync(path, 'r');
  const before = statSync(path).ino;
  await replaceFile(path, 'new');

  expect(statSync(path).ino).not.toBe(before);
  expect(readFileSync(old, 'utf8')).toBe('old');
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(readdirSync(dir)).toEqual(['file']);
  closeSync(old);
});

it('makes the file readable by the current user only', async () => {
  writeFileSync(path, 'old', { mode: 0o644 });
  await replaceFile(path, Buffer.from('new'));

  expect(statSync(path).mode.toString(8)).toMatch(/600$/);
});

it.each(['file', 'file.tmp'])('does not follow a symbolic link at %s', async (link) => {
  const victim = join(dir, 'victim');
  writeFileSync(victim, 'precious');
  symlinkSync(victim, join(dir, link));
  await replaceFile(path, 'new');

  expect(readFileSync(victim, 'utf8')).toBe('precious');
  expect(lstatSync(path).isSymbolicLink()).toBe(false);
});

it('replaces what a killed process left behind', async () => {
  writeFileSync(`${path}.tmp`, 'half of');
  await replaceFile(path, 'new');

  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(readdirSync(dir)).toEqual(['file']);
});

it('leaves nothing behind if it fails', async () => {
  mkdirSync(join(path, 'not empty'), { recursive: true });

  await expect(replaceFile(path, 'new')).rejects.toThrow('EISDIR');
  expect(readdirSync(dir)).toEqual(['file']);
});
