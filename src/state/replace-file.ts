import { open, rename, rm } from 'node:fs/promises';

/**
 * Replaces a file atomically: a reader sees the old content or the new one, never a part. The file
 * is readable by the current user only. A symbolic link at the path is replaced, not followed.
 *
 * @throws {Error} The file cannot be written. The old file remains.
 */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  // A fixed name, so that the next write replaces a file left behind by a killed process.
  const temporary = `${path}.tmp`;
  await rm(temporary, { force: true });
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(content);
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    // On a full disk, an incomplete file would take the space that the next write needs.
    await rm(temporary, { force: true });
    throw error;
  }
}
