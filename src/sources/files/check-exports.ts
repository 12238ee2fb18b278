import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';

import type { ResultGap, ResultGroup } from '../../model/result-gap.ts';
import {
  EXPORT_MANIFEST,
  type ExportedFile,
  type ExportManifest,
  readExportManifest,
} from '../export-manifest.ts';
import type { FoundFile } from './find-files.ts';

/** The result of comparing the exports among the files with their manifests. */
export interface CheckedExports {
  /** All files except the manifests. */
  readonly files: readonly FoundFile[];
  readonly gaps: readonly ResultGap[];
  /** The names of the exported clusters, from Kubescape's configuration. */
  readonly clusters: readonly string[];
  readonly ids: ReadonlySet<string>;
  /** Returns whether a position in a file is inside an export. */
  includes(where: string): boolean;
}

const again = 'export again with `kubescape-push export`';
const allGroups: readonly ResultGroup[] = ['vulnerabilities', 'postures'];

/** Compares the files of each export with its manifest. */
export async function checkExports(
  found: readonly FoundFile[],
  signal: AbortSignal,
): Promise<CheckedExports> {
  const gaps: ResultGap[] = [];
  const manifests: ExportManifest[] = [];
  const folders: string[] = [];
  const [described, files] = partition(found, isManifest);
  for (const { path } of described) {
    const folder = dirname(path);
    folders.push(`${folder}${sep}`);
    try {
      const manifest = await readExportManifest(path);
      manifests.push(manifest);
      gaps.push(...describeStatus(folder, manifest));
      for (const file of manifest.files) {
        gaps.push(...(await checkFile(folder, file, signal)));
      }
    } catch (error) {
      signal.throwIfAborted();
      const reason = error instanceof Error ? error.message : String(error);
      gaps.push({ groups: allGroups, message: `${path} cannot be read: ${reason}; ${again}` });
    }
  }
  return {
    files,
    gaps,
    clusters: [...new Set(manifests.flatMap(({ cluster }) => cluster ?? []))],
    ids: new Set(manifests.map(({ id }) => id)),
    includes: (where) => folders.some((folder) => where.startsWith(folder)),
  };
}

/** Returns the gap to report if the manifest of exported lists is missing. */
export function missingManifest(): ResultGap {
  const message = `the files include lists of an export, but not its ${EXPORT_MANIFEST}, so nothing proves that they are complete; add it, or ${again}`;
  return { groups: allGroups, message };
}

function isManifest({ path }: FoundFile): boolean {
  return basename(path) === EXPORT_MANIFEST;
}

function partition<T>(all: readonly T[], test: (one: T) => boolean): [T[], T[]] {
  return [all.filter(test), all.filter((one) => !test(one))];
}

function describeStatus(folder: string, { status, problems }: ExportManifest): ResultGap[] {
  if (status === 'complete') return [];
  const what =
    status === 'running' ? 'was not finished' : `is incomplete: ${problems.slice(0, 3).join('; ')}`;
  return [{ groups: allGroups, message: `the export in ${folder} ${what}; ${again}` }];
}

async function checkFile(
  folder: string,
  file: ExportedFile,
  signal: AbortSignal,
): Promise<ResultGap[]> {
  const { name, kind, objects } = file;
  // A forged manifest must not make us read files in other folders.
  const path = join(folder, basename(name));
  const damage = await damageOf(path, file, signal);
  if (damage === undefined) return [];
  const groups: readonly ResultGroup[] = kind.startsWith('WorkloadConfigurationScan')
    ? ['postures']
    : ['vulnerabilities'];
  return [{ groups, message: `${path} with ${objects} objects ${damage}; ${again}` }];
}

async function damageOf(
  path: string,
  { bytes, sha256 }: ExportedFile,
  signal: AbortSignal,
): Promise<string | undefined> {
  const hash = createHash('sha256');
  let size = 0;
  try {
    // Opening a pipe could block indefinitely.
    if (!(await stat(path)).isFile()) return 'is not a regular file';
    for await (const chunk of createReadStream(path, { signal })) {
      if (!Buffer.isBuffer(chunk)) continue;
      hash.update(chunk);
      size += chunk.length;
    }
  } catch (error) {
    signal.throwIfAborted();
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return isMissing ? 'is missing from the export' : 'cannot be read';
  }
  if (size < bytes) return `is truncated: ${size} of ${bytes} bytes`;
  return hash.digest('hex') === sha256 ? undefined : 'has changed since the export';
}
