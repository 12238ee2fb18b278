import * as z from 'zod';

import type { KindUp } from '../sources/scan-source.ts';
import { readStateFile } from '../state/read-state-file.ts';
import { replaceFile } from '../state/replace-file.ts';

/** Increase when the meaning of a field changes. Files of the first version have no version number. */
const VERSION = 2;

/** Longer than any valid file. */
const MAX_BYTES = 65_536;

/** Facts about the cluster, for a later run whose source is down or incomplete. */
export interface KnownCluster {
  readonly name: string;
  /** Time of the last read in milliseconds since the Unix epoch. */
  readonly readMs?: number | undefined;
  readonly kinds: readonly Pick<KindUp, 'kind' | 'isUp'>[];
}

const Kind = z.object({ kind: z.string(), isUp: z.boolean() });

const File = z.object({
  version: z.literal(VERSION).optional(),
  /** Source that the cluster was read from, as configured. */
  origin: z.string(),
  cluster: z.string().min(1),
  readMs: z.number().optional().catch(undefined),
  kinds: z.array(z.unknown()).catch([]),
});

/** Returns `undefined` if the file is missing, invalid, or from another source. */
export async function loadKnownCluster(
  path: string,
  origin: string,
): Promise<KnownCluster | undefined> {
  try {
    const text = String(await readStateFile(path));
    if (text.length > MAX_BYTES) return undefined;
    const file = File.parse(JSON.parse(text));
    if (file.origin !== origin) return undefined;
    const kinds = file.kinds.flatMap((kind) => Kind.safeParse(kind).data ?? []);
    return { name: file.cluster, readMs: file.readMs, kinds };
  } catch {
    return undefined;
  }
}

/** Ignores errors: saving the findings to the same folder reports them. */
export async function saveKnownCluster(
  path: string,
  origin: string,
  { name: cluster, readMs, kinds }: KnownCluster,
): Promise<void> {
  const known = kinds.map(({ kind, isUp }) => ({ kind, isUp }));
  const file: z.infer<typeof File> = { version: VERSION, origin, cluster, readMs, kinds: known };
  await replaceFile(path, JSON.stringify(file)).catch(() => undefined);
}
