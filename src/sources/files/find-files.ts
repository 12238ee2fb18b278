import { type BigIntStats, type Dirent, statSync } from 'node:fs';
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

/** Deeper than any export of a cluster. */
const MAX_FOLDER_DEPTH = 16;

/**
 * The files behind paths: themselves, or what a folder holds at any depth, in the order of their
 * names. Hidden files are passed over, so the `..data` of a mounted ConfigMap is not read twice;
 * what several links lead to is found once.
 */
export async function findFiles(
  paths: readonly string[],
  skipped: (report: SkippedReport) => void,
): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const path of paths) {
    const before = found.length;
    const isFolder = await visit(path, { found, skipped, seen: new Set(), depth: 0 });
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
  /** Identities of what a folder led to: links may lead in a circle, or to one file twice. */
  readonly seen: Set<string>;
  readonly depth: number;
}

async function visit(path: string, options: Visit): Promise<boolean> {
  if (path === STDIN_PATH) {
    options.found.push({ path, bytes: 0 });
    return false;
  }
  try {
    // Not awaited: with ten thousand files, going to another thread for each takes longer than this.
    const status = statSync(path, { bigint: true });
    const isFolder = status.isDirectory();
    // What a user names is read as often as it is named.
    const mayBeSeen = isFolder || options.depth > 0;
    if (mayBeSeen && !isFirstVisit(status, options.seen)) return isFolder;
    if (isFolder) await visitFolder(path, options);
    else options.found.push({ path, bytes: Number(status.size) });
    return isFolder;
  } catch (error) {
    options.skipped({ reason: 'unreadable', where: path, message: describeFileError(error) });
  }
  return false;
}

function isFirstVisit({ dev, ino }: BigIntStats, seen: Set<string>): boolean {
  const identity = `${dev}:${ino}`;
  const isFirst = !seen.has(identity);
  seen.add(identity);
  return isFirst;
}

async function visitFolder(folder: string, options: Visit): Promise<void> {
  if (options.depth >= MAX_FOLDER_DEPTH) {
    const message = `folders lie more than ${MAX_FOLDER_DEPTH} levels deep`;
    options.skipped({ reason: 'too_deep', where: folder, message });
    return;
  }
  const entries = await readdir(folder, { withFileTypes: true });
  // Not by locale: the order must be the same everywhere.
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (await isCandidate(entry, path)) {
      await visit(path, { ...options, depth: options.depth + 1 });
    }
  }
}

/** The name of a link rules it out, like that of a file, unless it leads to a folder. */
async function isCandidate(entry: Dirent, path: string): Promise<boolean> {
  if (entry.name.startsWith('.')) return false;
  if (entry.isDirectory() || resultFile.test(entry.name)) return true;
  return entry.isSymbolicLink() && (await leadsToFolder(path));
}

async function leadsToFolder(link: string): Promise<boolean> {
  try {
    return (await stat(link)).isDirectory();
  } catch {
    return false;
  }
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
