import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;

/**
 * Reads a file of the state folder. Others may be able to write to the folder, so a symbolic link is not
 * followed, and a pipe does not block.
 *
 * @throws {Error} There is no such file, or it is not a regular file.
 */
export async function readStateFile(path: string): Promise<Buffer> {
  // eslint-disable-next-line no-bitwise -- flags of open(2)
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const status = await file.stat();
    if (!status.isFile()) throw new Error(`${path} is not a regular file`);
    return await file.readFile();
  } finally {
    await file.close();
  }
}
