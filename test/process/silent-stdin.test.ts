import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import { cliPath } from '../support/cli/run-cli.ts';

/** Long enough for the program to start and wait for input. */
const START_MS = 1500;

describe('a silent stdin', () => {
  it.each`
    what                        | written
    ${'from the start'}         | ${''}
    ${'inside of JSON'}         | ${'{"kind":'}
    ${'inside of packed bytes'} | ${Buffer.from([0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0])}
  `('$what does not delay an interrupt', async ({ written }: { written: string | Buffer }) => {
    const child = spawn(process.execPath, [cliPath, 'render', '--from', '-', '--cluster', 'c'], {
      env: { PATH: process.env['PATH'] },
      timeout: 20_000,
      killSignal: 'SIGKILL',
    });
    const stdout = child.stdout.toArray();
    const stderr = child.stderr.toArray();
    const closed = once(child, 'close');
    // The pipe stays open.
    if (written.length > 0) child.stdin.write(written);
    await sleep(START_MS);

    child.kill('SIGINT');

    expect(await closed).toEqual([130, null]);
    expect(Buffer.concat(await stdout).toString()).toBe('');
    expect(Buffer.concat(await stderr).toString()).toContain('interrupted');
  });
});
