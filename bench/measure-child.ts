import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

import { readPeak } from './read-peak.ts';

const POLL_MS = 20;

/** Runs a command to its end and gives what it printed. */
export async function measureChild([command = '', ...args]: readonly string[]): Promise<{
  readonly output: string;
  readonly peakMiB: number;
}> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let peakKib = 0;
  const timer = setInterval(() => {
    peakKib = Math.max(peakKib, readPeak(child.pid));
  }, POLL_MS);
  const output = await text(child.stdout);
  clearInterval(timer);
  return { output, peakMiB: peakKib / 1024 };
}
