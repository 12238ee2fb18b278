import {
  closeSync,
  lstatSync,
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

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { HeartbeatFile } from '../agent/heartbeat.ts';
import { saveKnownCluster } from '../cycle/known-cluster.ts';
import { replaceFile } from './replace-file.ts';

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'replace-file-'));
  path = join(dir, 'file');
});
afterEach(() => rmSync(dir, { recursive: true }));

const beat = { pid: 7, turnMs: 1, nextCycleMs: 2, intervalMs: 3 };

/** Ways to write the file, with what is in it then. */
const writers = [
  ['replaceFile', async () => replaceFile(path, 'new'), 'new'],
  ['a heartbeat', async () => beatOnce(), '"turnMs":1'],
  [
    'the known cluster',
    async () => saveKnownCluster(path, 'origin', { name: 'prod', kinds: [] }),
    '"cluster":"prod"',
  ],
] as const;

async function beatOnce(): Promise<void> {
  const file = new HeartbeatFile(path, expect.unreachable);
  file.beat(beat);
  await expect.poll(() => readFileSync(path, 'utf8')).toContain('"turnMs":1');
  await expect.poll(() => readdirSync(dir)).not.toContain('file.tmp');
}

describe.each(writers)('a file that is written by %s', (_name, write, content) => {
  it('is a new one, and who reads the old one is not disturbed', async () => {
    writeFileSync(path, 'old');
    // Held open, so that its inode is not used again.
    const old = openSync(path, 'r');
    const before = statSync(path).ino;
    await write();

    expect(statSync(path).ino).not.toBe(before);
    expect(readFileSync(old, 'utf8')).toBe('old');
    expect(readFileSync(path, 'utf8')).toContain(content);
    expect(readdirSync(dir)).toEqual(['file']);
    closeSync(old);
  });

  it('is for this user alone', async () => {
    await write();

    expect(statSync(path).mode.toString(8)).toMatch(/600$/);
  });

  it.each(['file', 'file.tmp'])('does not go through a link at %s', async (link) => {
    const victim = join(dir, 'victim');
    writeFileSync(victim, 'precious');
    symlinkSync(victim, join(dir, link));
    await write();

    expect(readFileSync(victim, 'utf8')).toBe('precious');
    expect(lstatSync(path).isSymbolicLink()).toBe(false);
  });

  it('replaces what a killed process left', async () => {
    writeFileSync(`${path}.tmp`, 'half of');
    await write();

    expect(readFileSync(path, 'utf8')).toContain(content);
    expect(readdirSync(dir)).toEqual(['file']);
  });
});
