import { open, rename, rm } from 'node:fs/promises';

/**
 * Replaces a file in one step, so that nobody ever reads half of it. For this user alone, and never
 * through a link that somebody left in the way.
 *
 * @throws {Error} It cannot be written; the old one stays.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  // Always the same name: what a killed process left is replaced, and does not pile up.
  const temporary = `${path}.tmp`;
  await rm(temporary, { force: true });
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(text);
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}
