import { spawn } from 'node:child_process';

import { readPeak } from './read-peak.ts';

export interface Measured {
  readonly seconds: number;
  /** Largest resident set that the kernel has seen. */
  readonly peakMiB: number;
}

const POLL_MS = 20;

/** Runs a command to its end; what it prints is thrown away. */
export async function measure([command = '', ...args]: readonly string[]): Promise<Measured> {
  const start = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  let peakKib = 0;
  // The kernel keeps the maximum, so the last look before the end is as good as a look at it.
  const timer = setInterval(() => {
    peakKib = Math.max(peakKib, readPeak(child.pid));
  }, POLL_MS);
  const exitCode = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', resolve);
  });
  clearInterval(timer);
  if (exitCode !== 0)
    throw new Error(`${command} ${args.join(' ')} ended with ${String(exitCode)}`);
  return { seconds: (performance.now() - start) / 1000, peakMiB: peakKib / 1024 };
}
