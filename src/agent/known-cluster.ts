import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const FILE = 'cluster.json';

/** Longer than any name that is allowed; whatever is more is not ours. */
const MAX_BYTES = 4096;

/** What a run knew of the cluster, for one whose source is down. */
export interface KnownCluster {
  readonly name: string;
  /** When it was last read, in milliseconds since the Unix epoch; absent where nobody noted it. */
  readonly readMs?: number;
}

/**
 * The cluster as the last run with this state knew it, so that a run whose source is down can still
 * say so. `undefined` if there was none, or one of another source.
 *
 * @param origin What it was read from: the source, as it is configured.
 */
export async function loadKnownCluster(
  stateDir: string,
  origin: string,
): Promise<KnownCluster | undefined> {
  try {
    const text = await readFile(join(stateDir, FILE), 'utf8');
    const state: unknown = text.length > MAX_BYTES ? undefined : JSON.parse(text);
    return toKnownCluster(state, origin);
  } catch {
    return undefined;
  }
}

function toKnownCluster(state: unknown, origin: string): KnownCluster | undefined {
  if (typeof state !== 'object' || state === null) return undefined;
  const fields = new Map<string, unknown>(Object.entries(state));
  const name = fields.get('cluster');
  const readMs = fields.get('readMs');
  if (fields.get('origin') !== origin || typeof name !== 'string' || name === '') return undefined;
  return typeof readMs === 'number' ? { name, readMs } : { name };
}

/** Not being able to keep it costs a message in some later trouble, and is none itself. */
export async function saveKnownCluster(
  stateDir: string,
  origin: string,
  { name: cluster, readMs }: KnownCluster,
): Promise<void> {
  const path = join(stateDir, FILE);
  // Always the same name: what a killed process left is overwritten, and does not pile up.
  const temporary = `${path}.tmp`;
  try {
    await writeFile(temporary, JSON.stringify({ origin, cluster, readMs }));
    await rename(temporary, path);
  } catch {
    // The findings go to the same folder, and their keeper says what is wrong with it.
  }
}
