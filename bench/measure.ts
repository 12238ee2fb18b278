import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

import { readPeak } from './read-peak.ts';

export interface Measured {
  readonly seconds: number;
  /** CPU time of all threads, because other load on the machine affects it less than wall time. */
  readonly cpuSeconds: number;
  /** Largest resident set that the kernel has seen. */
  readonly peakMiB: number;
  /** Whether it was killed at the timeout. */
  readonly isKilled: boolean;
}

export interface MeasureOptions {
  readonly timeoutMs?: number;
  /** Whether any exit code is a result. What it logs is discarded as well. */
  readonly mayFail?: boolean;
}

const POLL_MS = 20;

/** Runs a command to its end; what it prints is thrown away. */
export async function measure(
  [command = '', ...args]: readonly string[],
  { timeoutMs, mayFail = false }: MeasureOptions = {},
): Promise<Measured> {
  const start = performance.now();
  const child = spawn(command, args, {
    stdio: ['ignore', 'ignore', mayFail ? 'ignore' : 'inherit'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  let peakKib = 0;
  let cpuSeconds = 0;
  // The kernel reports the maximum and the sum, so the last sample before the end is accurate.
  const timer = setInterval(() => {
    peakKib = Math.max(peakKib, readPeak(child.pid));
    cpuSeconds = Math.max(cpuSeconds, readCpuSeconds(child.pid));
  }, POLL_MS);
  const exitCode = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', resolve);
  });
  clearInterval(timer);
  if (exitCode !== 0 && !mayFail)
    throw new Error(`${command} ${args.join(' ')} ended with ${String(exitCode)}`);
  const seconds = (performance.now() - start) / 1000;
  return { seconds, cpuSeconds, peakMiB: peakKib / 1024, isKilled: exitCode === null };
}

const TICKS_PER_SECOND = 100;

/** Fields 14 and 15 of proc(5)'s stat: ticks in user and in system mode. */
function readCpuSeconds(pid: number | undefined): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS_PER_SECOND;
  } catch {
    return 0;
  }
}
