import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import type { SkippedReport } from '../skipped-report.ts';
import { STDIN_PATH } from './byte-stream.ts';

export interface FoundFile {
  readonly path: string;
  /** As it lies on disk; 0 for standard input. */
  readonly bytes: number;
}

/** Endings of the files that a folder is searched for; a path named by the user may have any. */
const resultFile = /\.(?:json|ya?ml|ndjson)(?:\.gz)?$/i;

/** Deeper than any export of a cluster; stops at folders that link to themselves. */
const MAX_FOLDER_DEPTH = 16;

/**
 * The files behind paths: themselves, or what a folder holds at any depth, in the order of their
 * names. Hidden files are passed over, so the `..data` of a mounted ConfigMap is not read twice.
 */
export async function findFiles(
  paths: readonly string[],
  skipped: (report: SkippedReport) => void,
): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const path of paths) {
    const before = found.length;
    const isFolder = await visit(path, { found, skipped, depth: 0 });
    if (isFolder && found.length === before) {
      skipped({
        reason: 'empty',
        where: path,
        message: 'the folder holds no .json, .yaml, .yml or .ndjson file, nor one of them with .gz',
      });
    }
  }
  return found;
}

interface Visit {
  readonly found: FoundFile[];
  readonly skipped: (report: SkippedReport) => void;
  readonly depth: number;
}

async function visit(path: string, options: Visit): Promise<boolean> {
  if (path === STDIN_PATH) {
    options.found.push({ path, bytes: 0 });
    return false;
  }
  try {
    const status = await stat(path);
    if (status.isDirectory()) {
      await visitFolder(path, options);
      return true;
    }
    options.found.push({ path, bytes: status.size });
  } catch (error) {
    options.skipped({ reason: 'unreadable', where: path, message: describeFileError(error) });
  }
  return false;
}

async function visitFolder(folder: string, options: Visit): Promise<void> {
  if (options.depth >= MAX_FOLDER_DEPTH) {
    const message = `folders lie more than ${MAX_FOLDER_DEPTH} levels deep, or link in a circle`;
    options.skipped({ reason: 'too_deep', where: folder, message });
    return;
  }
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter(isCandidate).map(({ name }) => name);
  // Not by locale: the order must be the same everywhere.
  for (const name of names.toSorted()) {
    await visit(join(folder, name), { ...options, depth: options.depth + 1 });
  }
}

/** A link may lead to a folder, so its name alone does not rule it out. */
function isCandidate(entry: Dirent): boolean {
  if (entry.name.startsWith('.')) return false;
  return entry.isDirectory() || entry.isSymbolicLink() || resultFile.test(entry.name);
}

const sentences: Readonly<Record<string, string>> = {
  EACCES: 'may not be read by this user',
  EISDIR: 'is a folder',
  ELOOP: 'is a link that leads in a circle',
  ENOENT: 'does not exist',
  Z_BUF_ERROR: 'the gzip data ends too early',
  Z_DATA_ERROR: 'the gzip data is damaged',
};

/** What the operating system said, for a person. */
export function describeFileError(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return sentences[code] ?? (error instanceof Error ? error.message : String(error));
}
