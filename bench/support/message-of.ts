import type { ChildProcess } from 'node:child_process';

/** The next message of a child process that has such a key. */
export async function messageOf(
  child: ChildProcess,
  key: string,
): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    function look(message: unknown): void {
      if (typeof message !== 'object' || message === null || !(key in message)) return;
      child.off('message', look).off('error', reject).off('exit', fail);
      resolve({ ...message });
    }
    function fail(): void {
      reject(new Error('the server ended too early'));
    }
    child.on('message', look).on('error', reject).on('exit', fail);
  });
}
