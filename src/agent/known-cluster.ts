import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const FILE = 'cluster.json';

/** Longer than any name that is allowed; whatever is more is not ours. */
const MAX_BYTES = 4096;

/**
 * The name of the cluster as the last run with this state knew it, so that a run whose source is
 * down can still say so. `undefined` if there was none, or one of another source.
 *
 * @param origin What the name is of: the source, as it is configured.
 */
export async function loadKnownCluster(
  stateDir: string,
  origin: string,
): Promise<string | undefined> {
  try {
    const text = await readFile(join(stateDir, FILE), 'utf8');
    const state: unknown = text.length > MAX_BYTES ? undefined : JSON.parse(text);
    if (typeof state !== 'object' || state === null) return undefined;
    if (!('origin' in state) || state.origin !== origin || !('cluster' in state)) return undefined;
    return typeof state.cluster === 'string' && state.cluster !== '' ? state.cluster : undefined;
  } catch {
    return undefined;
  }
}

/** Not being able to keep the name costs a message in some later trouble, and is none itself. */
export async function saveKnownCluster(
  stateDir: string,
  origin: string,
  cluster: string,
): Promise<void> {
  const path = join(stateDir, FILE);
  try {
    await writeFile(`${path}.${process.pid}.tmp`, JSON.stringify({ origin, cluster }));
    await rename(`${path}.${process.pid}.tmp`, path);
  } catch {
    // The findings go to the same folder, and their keeper says what is wrong with it.
  }
}
