import { execFile } from 'node:child_process';
import { mkdtemp, open, rm, rmdir, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Filling a larger disk would use up the machine's memory. */
const MAX_FILLED_BYTES = 128 * 2 ** 20;

/** A folder on a disk with little free space. */
export interface SmallDisk {
  readonly folder: string;
  close(): Promise<void>;
}

/**
 * Mounts a small disk if that is permitted. Otherwise fills the shared memory of a container until
 * only this many bytes are free.
 *
 * @throws {Error} Neither is possible on this machine. The message explains why.
 */
export async function openSmallDisk(bytes: number): Promise<SmallDisk> {
  const reasons: string[] = [];
  for (const attempt of [mountDisk, mountDiskAsRoot, fillSharedMemory]) {
    try {
      return await attempt(bytes);
    } catch (error) {
      reasons.push(String(error instanceof Error ? error.message : error).trim());
    }
  }
  throw new Error(`no small disk can be had: ${reasons.join('; ').replaceAll(/\s+/g, ' ')}`);
}

async function mountDisk(bytes: number): Promise<SmallDisk> {
  return mountWith(bytes, []);
}

async function mountDiskAsRoot(bytes: number): Promise<SmallDisk> {
  return mountWith(bytes, ['sudo', '-n']);
}

async function mountWith(bytes: number, as: readonly string[]): Promise<SmallDisk> {
  const folder = await mkdtemp(join(tmpdir(), 'kubescape-push-full-disk-'));
  async function runAs(...command: string[]): Promise<void> {
    const [program = '', ...args] = [...as, ...command];
    await run(program, args);
  }
  try {
    await runAs('mount', '-t', 'tmpfs', '-o', `size=${bytes},mode=1777`, 'tmpfs', folder);
  } catch (error) {
    await rmdir(folder);
    throw error;
  }
  return {
    folder,
    async close() {
      await runAs('umount', folder);
      await rmdir(folder);
    },
  };
}

async function fillSharedMemory(bytes: number): Promise<SmallDisk> {
  return fillDisk('/dev/shm', bytes);
}

/** Fills a small disk until the given number of bytes is free. */
async function fillDisk(disk: string, bytes: number): Promise<SmallDisk> {
  const { bavail, bsize } = await statfs(disk);
  const filling = bavail * bsize - bytes;
  if (filling < 0 || filling > MAX_FILLED_BYTES) {
    throw new Error(`${disk} has ${bavail * bsize} bytes, which are too many or too few to fill`);
  }
  const folder = await mkdtemp(join(disk, 'kubescape-push-full-disk-'));
  async function close(): Promise<void> {
    await rm(folder, { recursive: true, force: true });
  }
  try {
    const file = await open(join(folder, 'filling'), 'w');
    const chunk = Buffer.alloc(bsize);
    for (let at = 0; at < filling; at += bsize) await file.write(chunk, 0, bsize, at);
    await file.close();
  } catch (error) {
    await close();
    throw error;
  }
  return { folder, close };
}
