import { readFileSync } from 'node:fs';

/** Largest resident set of a process so far, in KiB; 0 if it has ended. */
export function readPeak(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  } catch {
    return 0;
  }
}
