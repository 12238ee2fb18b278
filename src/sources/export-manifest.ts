import { readFile } from 'node:fs/promises';

import * as z from 'zod';

/** Name of the file that describes an export, in the same folder. */
export const EXPORT_MANIFEST = 'kubescape-push-export.json';

/** Longer than any valid file. */
const MAX_BYTES = 2 ** 20;

const ExportedFile = z.object({
  name: z.string(),
  /** Kind of its objects. */
  kind: z.string(),
  objects: z.int().nonnegative(),
  /** Size on disk. */
  bytes: z.int().nonnegative(),
  sha256: z.string(),
});
export type ExportedFile = z.infer<typeof ExportedFile>;

const ExportManifest = z.object({
  kind: z.literal('KubescapePushExport'),
  version: z.literal(1),
  /** Also in each list of the export, so that a list without its manifest is noticed. */
  id: z.string().min(1),
  /** `running` until the export ends: a killed one stays in this state. */
  status: z.enum(['running', 'complete', 'incomplete']),
  /** Name in Kubescape's configuration. */
  cluster: z.string().min(1).optional(),
  startedAt: z.string(),
  finishedAt: z.string().optional(),
  files: z.array(ExportedFile),
  /** What is missing, in one sentence each. */
  problems: z.array(z.string()),
});
export type ExportManifest = z.infer<typeof ExportManifest>;

/** @throws {Error} The file cannot be read, or is not an export manifest. */
export async function readExportManifest(path: string): Promise<ExportManifest> {
  const text = await readFile(path, 'utf8');
  if (text.length > MAX_BYTES) throw new Error('it is too large');
  const { data } = ExportManifest.safeParse(JSON.parse(text));
  if (data === undefined) throw new Error('it is not an export manifest of this version');
  return data;
}

/** File of a kind in an export, such as `vulnerabilitymanifests.json.gz`. */
export function exportFileName(resource: string): string {
  return `${resource}.json.gz`;
}
