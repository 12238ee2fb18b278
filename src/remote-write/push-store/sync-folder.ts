import { closeSync, fsyncSync, openSync } from 'node:fs';

/** Some file systems cannot do it for a folder. */
const UNABLE = new Set<unknown>(['EINVAL', 'ENOTSUP', 'EISDIR', 'EPERM', 'EACCES']);

/**
 * Waits until the disk has the names of new files, as far as its file system can say so.
 *
 * @throws {Error} If the disk fails.
 */
export function syncFolder(folder: string): void {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(folder, 'r');
    fsyncSync(descriptor);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && UNABLE.has(error.code))) throw error;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
