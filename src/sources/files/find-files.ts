import { type BigIntStats, type Dirent, statSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';

import type { SkippedReport } from '../skipped-report.ts';
import { STDIN_PATH } from './byte-stream.ts';
import { mayBeScanResult, reportUnread } from './unread-files.ts';

export interface FoundFile {
  readonly path: string;
  /** Size on disk. 0 for stdin. */
  readonly bytes: number;
  /** Whether the user named the file itself, not only its folder. Messages never quote other files. */
  readonly isNamed: boolean;
}

/** File name endings to look for in folders. Files named by the user may have any name. */
const resultFile = /\.(?:json|jsonl|ndjson|ya?ml|(?<!\.tar\.)gz)(?:\.gz)?$/i;

/** Deeper than any export of a cluster. */
const MAX_FOLDER_DEPTH = 16;

/**
 * Finds the files behind paths: the paths themselves, or all files in a folder at any depth, sorted by name.
 * Skips hidden files, so that the `..data` folder of a mounted ConfigMap is not read twice. A file with
 * several links is found once.
 */
export async function findFiles(
  paths: readonly string[],
  skipped: (report: SkippedReport) => void,
): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const path of paths) {
    const before = found.length;
    const unread: string[] = [];
    const isFolder = await visit(path, { found, unread, skipped, seen: new Set(), depth: 0 });
    if (unread.length > 0) {
      const names = unread.map((file) => relative(path, file));
      skipped(reportUnread(path, names));
    }
    if (isFolder && found.length === before) {
      skipped({
        reason: 'empty',
        where: path,
        message:
          'the folder contains no .json, .jsonl, .ndjson, .yaml or .yml files, with or without .gz',
      });
    }
  }
  return found;
}

interface Visit {
  readonly found: FoundFile[];
  /** Files in folders that are not read although they may contain scan results. */
  readonly unread: string[];
  readonly skipped: (report: SkippedReport) => void;
  /** Identities of visited files and folders, because links can form cycles or duplicates. */
  readonly seen: Set<string>;
  readonly depth: number;
}

async function visit(path: string, options: Visit): Promise<boolean> {
  if (path === STDIN_PATH) {
    options.found.push({ path, bytes: 0, isNamed: true });
    return false;
  }
  try {
    // Synchronous, because a thread hop for each of ten thousand files takes longer.
    const status = statSync(path, { bigint: true });
    const isFolder = status.isDirectory();
    // A path that the user names twice is read twice.
    const mayBeSeen = isFolder || options.depth > 0;
    if (mayBeSeen && !isFirstVisit(status, options.seen)) return isFolder;
    if (isFolder) await visitFolder(path, options);
    else if (isReadable(status, options)) add(path, status, options);
    else options.skipped({ reason: 'unreadable', where: path, message: describeType(status) });
    return isFolder;
  } catch (error) {
    options.skipped({ reason: 'unreadable', where: path, message: describeFileError(error) });
  }
  return false;
}

function add(path: string, { size }: BigIntStats, { found, depth }: Visit): void {
  found.push({ path, bytes: Number(size), isNamed: depth === 0 });
}

/**
 * Pipes in folders are skipped, because they may never have a writer. A pipe that the user names is
 * read.
 */
function isReadable(status: BigIntStats, { depth }: Visit): boolean {
  return status.isFile() || (depth === 0 && status.isFIFO());
}

function describeType(status: BigIntStats): string {
  if (status.isFIFO()) return 'is a pipe; name it with --from to read it';
  return status.isSocket() ? 'is a socket, not a file' : 'is a device, not a file';
}

function isFirstVisit({ dev, ino }: BigIntStats, seen: Set<string>): boolean {
  const identity = `${dev}:${ino}`;
  const isFirst = !seen.has(identity);
  seen.add(identity);
  return isFirst;
}

async function visitFolder(folder: string, options: Visit): Promise<void> {
  if (options.depth >= MAX_FOLDER_DEPTH) {
    const message = `folders are nested more than ${MAX_FOLDER_DEPTH} levels deep`;
    options.skipped({ reason: 'too_deep', where: folder, message });
    return;
  }
  const entries = await readdir(folder, { withFileTypes: true });
  // Sorted independently of the locale.
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (await isCandidate(entry, path)) {
      await visit(path, { ...options, depth: options.depth + 1 });
    } else if (!entry.name.startsWith('.') && mayBeScanResult(path)) {
      options.unread.push(path);
    }
  }
}

/** A link is judged by its own name, unless it leads to a folder. */
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
  EACCES: 'cannot be read by this user; check the permissions',
  EISDIR: 'is a folder',
  ELOOP: 'is a circular link',
  ENOENT: 'does not exist',
  Z_BUF_ERROR: 'the gzip data ends too early',
  Z_DATA_ERROR: 'the gzip data is damaged',
};

/** Describes an operating system error. */
export function describeFileError(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return sentences[code] ?? (error instanceof Error ? error.message : String(error));
}
