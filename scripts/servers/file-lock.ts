import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Long enough for another process to fetch every package over a slow line. */
const WAIT_SECONDS = 600;

/**
 * Runs `work` while no other process holds the lock on the file at `path`.
 *
 * flock(1) keeps the lock for as long as its child `cat` lives, and `cat` lives for as long as this
 * process keeps its input open. So the kernel releases the lock however this process ends: there
 * are no stale locks to detect.
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const holder = spawn('flock', ['--timeout', String(WAIT_SECONDS), path, 'cat'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const ended = once(holder, 'close');
  holder.stdin.on('error', () => undefined);
  holder.stdin.write('held\n');
  // The echo comes from `cat`, which flock starts only once it has the lock.
  const held = once(holder.stdout, 'data').then(() => true);
  try {
    const isHeld = await Promise.race([held, ended.then(() => false)]);
    if (!isHeld) throw new Error(`the lock ${path} stayed taken for ${WAIT_SECONDS} seconds`);
    return await work();
  } finally {
    holder.stdin.end();
    await ended;
  }
}
