import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';

import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';

const Measured = z.object({
  cycles: z.number(),
  resends: z.number(),
  heapUsed: z.number(),
  rss: z.number(),
  descriptors: z.number(),
  outgoing: z.number(),
});
type Measured = z.infer<typeof Measured>;

/** Node's function for counting objects is experimental. */
const FLAGS = ['--expose-gc', '--disable-warning=ExperimentalWarning', '--import', 'tsx'];

/** Cycles to ignore, in which caches fill and code is compiled. */
const WARM = 100;

let warm: Measured[];
let last: Measured;

beforeAll(async () => {
  const script = resolve(import.meta.dirname, '../support/agent/soak.ts');
  const child = spawn(process.execPath, FLAGS.concat(script));
  child.stdin.end();
  const [out, problems] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (problems !== '') throw new Error(problems);
  const all = out
    .trim()
    .split('\n')
    .map((line) => Measured.parse(JSON.parse(line)));
  warm = all.filter(({ cycles }) => cycles >= WARM);
  last = Measured.parse(all.at(-1));
});

describe('an agent that runs for eight hours', () => {
  it('ran to the end', () => {
    expect(last.cycles).toBeGreaterThan(500);
    expect(last.resends).toBeGreaterThan(800);
    expect(warm.length).toBeGreaterThan(15);
  });

  // Compares the medians of the first and the last third, because a single heap size varies.
  it.each(['heapUsed', 'rss'] as const)('does not grow in %s', (what) => {
    const third = Math.floor(warm.length / 3);
    const before = median(warm.slice(0, third).map((one) => one[what]));
    const after = median(warm.slice(-third).map((one) => one[what]));

    expect(after / before).toBeLessThan(1.1);
  });

  it('releases earlier cycles', () => {
    const receivers = 2;
    expect(Math.max(...warm.map(({ outgoing }) => outgoing))).toBeLessThanOrEqual(receivers);
  });

  it('leaves no files or sockets open', () => {
    expect(new Set(warm.map(({ descriptors }) => descriptors)).size).toBe(1);
  });
});

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
