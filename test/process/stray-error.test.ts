import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';

import { describe, expect, it } from 'vitest';

const modulePath = resolve(import.meta.dirname, '../../src/cli/run/run-with-signals.ts');

/** Runs a command that causes an error outside its promise and never returns. */
async function run(
  stray: string,
): Promise<{ readonly exitCode: number | null; readonly log: string }> {
  const script = `
    import { runWithSignals } from '${modulePath}';
    await runWithSignals(async () => {
      ${stray};
      setInterval(() => undefined, 1000);
      await new Promise(() => undefined);
      return 0;
    }, { endsBySignal: true });`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script]);
  const ended = new Promise<number | null>((acknowledge) => {
    child.on('close', (exitCode) => acknowledge(exitCode));
  });
  const log = await text(child.stderr);
  return { exitCode: await ended, log };
}

describe('an unhandled error', () => {
  it.each([
    ['a rejection', "void Promise.reject(new Error('stray'))"],
    ['an exception', "setImmediate(() => { throw new Error('stray') })"],
  ])('ends the process with exit code 1 and is logged with its stack: %s', async (_, stray) => {
    const { exitCode, log } = await run(stray);

    expect(exitCode).toBe(1);
    const lines = log.trim().split('\n');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'fatal', err: { message: 'stray' } });
  });
});
