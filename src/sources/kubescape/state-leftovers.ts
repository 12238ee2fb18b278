import { readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** No write takes so long, also not of another process: what is older was left by a killed one. */
const OLD_MS = 10 * 60 * 1000;

/** Where a state file is written before it takes the place of the last one. */
export function temporaryPath(path: string): string {
  return `${path}.${process.pid}.tmp`;
}

/** Removes what killed processes left of this file. Nothing depends on it, so it never fails. */
export async function removeLeftovers(path: string, nowMs: number): Promise<void> {
  const folder = dirname(path);
  const names = await readdir(folder).catch(() => []);
  const mine = names.filter((name) => isLeftover(name, basename(path)));
  await Promise.all(
    mine.map(async (name) => removeIfOld(join(folder, name), nowMs).catch(() => undefined)),
  );
}

function isLeftover(name: string, file: string): boolean {
  return name.startsWith(`${file}.`) && /^\.\d+\.tmp$/.test(name.slice(file.length));
}

async function removeIfOld(path: string, nowMs: number): Promise<void> {
  const { mtimeMs } = await stat(path);
  if (nowMs - mtimeMs > OLD_MS) await rm(path, { force: true });
}
