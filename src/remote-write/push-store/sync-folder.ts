import { closeSync, fsyncSync, openSync } from 'node:fs';

/** Error codes of file systems that cannot flush a folder. */
const UNABLE = new Set<unknown>(['EINVAL', 'ENOTSUP', 'EISDIR', 'EPERM', 'EACCES']);

/**
 * Flushes the names of new files to disk if the file system supports it.
 *
 * @throws {Error} The disk failed.
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
