import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { KindUp } from '../sources/scan-source.ts';
import { replaceFile } from '../state/replace-file.ts';

/** Grows with every change of what the fields mean. Files of the first version do not name it. */
const VERSION = 2;

/** Longer than any name and any number of kinds; whatever is more is not ours. */
const MAX_BYTES = 65_536;

/** What a run knew of the cluster, for one whose source is down or shows less. */
export interface KnownCluster {
  readonly name: string;
  /** When it was last read, in milliseconds since the Unix epoch; absent where nobody noted it. */
  readonly readMs?: number;
  /** Of that read; none where nobody noted them. */
  readonly kinds: readonly Pick<KindUp, 'kind' | 'isUp'>[];
}

/** The file in a state directory; each shard has its own, because they may run side by side. */
export function knownClusterPath(stateDir: string, shard: string): string {
  return join(stateDir, `cluster${shard === '' ? '' : `-${shard}`}.json`);
}

/**
 * The cluster as the last run with this state knew it, so that a run whose source is down can still
 * say so, and one that sees less can tell. `undefined` if there was none, or one of another source.
 *
 * @param origin What it was read from: the source, as it is configured.
 */
export async function loadKnownCluster(
  path: string,
  origin: string,
): Promise<KnownCluster | undefined> {
  try {
    const text = await readFile(path, 'utf8');
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
  if (!isReadable(fields.get('version')) || fields.get('origin') !== origin) return undefined;
  if (typeof name !== 'string' || name === '') return undefined;
  const kinds = toKinds(fields.get('kinds'));
  return typeof readMs === 'number' ? { name, readMs, kinds } : { name, kinds };
}

function isReadable(version: unknown): boolean {
  return version === undefined || version === VERSION;
}

function toKinds(value: unknown): KnownCluster['kinds'] {
  if (!Array.isArray(value)) return [];
  return value.filter(isKind).map(({ kind, isUp }) => ({ kind, isUp }));
}

function isKind(value: unknown): value is Pick<KindUp, 'kind' | 'isUp'> {
  if (typeof value !== 'object' || value === null) return false;
  const fields = new Map<string, unknown>(Object.entries(value));
  return typeof fields.get('kind') === 'string' && typeof fields.get('isUp') === 'boolean';
}

/** Not being able to keep it costs something in some later trouble only, and is none itself. */
export async function saveKnownCluster(
  path: string,
  origin: string,
  { name: cluster, readMs, kinds }: KnownCluster,
): Promise<void> {
  const known = kinds.map(({ kind, isUp }) => ({ kind, isUp }));
  try {
    const state = { version: VERSION, origin, cluster, readMs, kinds: known };
    await replaceFile(path, JSON.stringify(state));
  } catch {
    // The findings go to the same folder, and their keeper says what is wrong with it.
  }
}
