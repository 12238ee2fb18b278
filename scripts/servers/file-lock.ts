import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Long enough for another process to fetch every package over a slow connection. */
const WAIT_SECONDS = 600;

/**
 * Runs `work` while no other process holds the lock on the file at `path`.
 *
 * flock(1) holds the lock until its child `cat` exits, and `cat` exits when this process closes its
 * input. The kernel closes it if this process is killed, so a lock cannot become stale.
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const holder = spawn('flock', ['--timeout', String(WAIT_SECONDS), path, 'cat'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const ended = once(holder, 'close');
  holder.stdin.on('error', () => undefined);
  holder.stdin.write('held\n');
  // `cat` prints this back, and flock starts it only after acquiring the lock.
  const held = once(holder.stdout, 'data').then(() => true);
  try {
    const isHeld = await Promise.race([held, ended.then(() => false)]);
    if (!isHeld)
      throw new Error(
        `could not lock ${path}: another process has held the lock for ${WAIT_SECONDS} s`,
      );
    return await work();
  } finally {
    holder.stdin.end();
    await ended;
  }
}
