import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';

import { describe, expect, it } from 'vitest';

const guardPath = resolve(import.meta.dirname, '../../src/cli/guard.ts');

/** Runs a command whose work leaves something behind and then waits for ever. */
async function run(
  stray: string,
): Promise<{ readonly exitCode: number | null; readonly log: string }> {
  const script = `
    import { guard } from '${guardPath}';
    await guard(async () => {
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

describe('an error that nobody waits for', () => {
  it.each([
    ['a rejection', "void Promise.reject(new Error('stray'))"],
    ['an exception', "setImmediate(() => { throw new Error('stray') })"],
  ])('ends the process with 1, and the log says where: %s', async (_, stray) => {
    const { exitCode, log } = await run(stray);

    expect(exitCode).toBe(1);
    const lines = log.trim().split('\n');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'fatal', err: { message: 'stray' } });
  });
});
