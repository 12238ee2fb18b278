import { readFile, stat } from 'node:fs/promises';

import * as z from 'zod';

/** Name of the file that describes an export. It is in the same folder as the lists. */
export const EXPORT_MANIFEST = 'kubescape-push-export.json';

/** Longer than any valid file. */
const MAX_BYTES = 2 ** 20;

const ExportedFile = z.object({
  name: z.string(),
  /** Kind of the objects in the file. */
  kind: z.string(),
  objects: z.int().nonnegative(),
  /** Size of the file on disk. */
  bytes: z.int().nonnegative(),
  sha256: z.string(),
});
export type ExportedFile = z.infer<typeof ExportedFile>;

const ExportManifest = z.object({
  kind: z.literal('KubescapePushExport'),
  version: z.literal(1),
  /** Each list of the export contains this ID too, so that a list without its manifest is noticed. */
  id: z.string().min(1),
  /** `running` until the export ends. An export that was killed keeps this state. */
  status: z.enum(['running', 'complete', 'incomplete']),
  /** The cluster's name in Kubescape's configuration. */
  cluster: z.string().min(1).optional(),
  startedAt: z.string(),
  finishedAt: z.string().optional(),
  files: z.array(ExportedFile),
  /** One sentence for each thing that is missing. */
  problems: z.array(z.string()),
});
export type ExportManifest = z.infer<typeof ExportManifest>;

/** @throws {Error} The file cannot be read, or is not an export manifest. */
export async function readExportManifest(path: string): Promise<ExportManifest> {
  const status = await stat(path);
  // Reading a pipe could block indefinitely.
  if (!status.isFile()) throw new Error('it is not a regular file');
  if (status.size > MAX_BYTES) throw new Error('it is too large');
  const text = await readFile(path, 'utf8');
  const { data } = ExportManifest.safeParse(JSON.parse(text));
  if (data === undefined) throw new Error('it is not an export manifest of this version');
  return data;
}

/** Returns the file name for a kind in an export, such as `vulnerabilitymanifests.json.gz`. */
export function exportFileName(resource: string): string {
  return `${resource}.json.gz`;
}
