import type { ChildProcess } from 'node:child_process';

/** The next message of a child process that has such a key. */
export async function messageOf(
  child: ChildProcess,
  key: string,
): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', () => reject(new Error('the server ended too early')));
    child.on('message', (message) => {
      if (typeof message === 'object' && message !== null && key in message)
        resolve({ ...message });
    });
  });
}
