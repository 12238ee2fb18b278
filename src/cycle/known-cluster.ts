import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { KindUp } from '../sources/scan-source.ts';
import { replaceFile } from '../state/replace-file.ts';

/** Increased when the meaning of a field changes. The first version has no version field. */
const VERSION = 2;

/** A larger file was not written by us. */
const MAX_BYTES = 65_536;

/** What a later run needs to know if its source is down or incomplete. */
export interface KnownCluster {
  readonly name: string;
  /** Time of the last read, in milliseconds since the Unix epoch. Absent in old files. */
  readonly readMs?: number;
  /** Kinds of that read. Empty in old files. */
  readonly kinds: readonly Pick<KindUp, 'kind' | 'isUp'>[];
}

/** Each shard has its own file, because shards may share a state folder. */
export function knownClusterPath(stateDir: string, shard: string): string {
  return join(stateDir, `cluster${shard === '' ? '' : `-${shard}`}.json`);
}

/**
 * Loads what the last run knew about the cluster. Returns undefined if there is no usable file, or if it is
 * about another source.
 *
 * @param origin Identifies the configured source.
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

/** Never rejects: losing this file matters only if the source fails later. */
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
    // Saving the findings to the same folder reports the problem.
  }
}
