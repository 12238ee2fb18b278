import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { STDIN_PATH } from './byte-stream.ts';
import { findFiles } from './find-files.ts';

export interface WatchFilesOptions {
  /** Files and folders; standard input cannot change. */
  readonly paths: readonly string[];
  readonly onChange: () => void;
  readonly signal: AbortSignal;
  /** Milliseconds between two looks, at least. */
  readonly pollMs?: number;
  /** Rejects as soon as the signal aborts. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Milliseconds of a clock that nobody sets. */
  readonly now?: () => number;
}

const POLL_MS = 5000;

/** Looking takes at most so much of the time: one part in fifty. */
const MAX_SHARE = 50;

/**
 * Looks until the signal aborts whether files have changed. It asks for their status again and again,
 * because the file system's own events are not to be had where it matters: a ConfigMap is changed by
 * swapping a link beside the files, network file systems send none for what other machines write, and
 * each folder watched takes one of the few watches that all pods of a node share.
 */
export async function watchFiles(options: WatchFilesOptions): Promise<void> {
  const { paths, onChange, signal, pollMs = POLL_MS, now = () => performance.now() } = options;
  const wait = options.sleep ?? (async (ms: number) => sleep(ms, undefined, { signal }));
  const watched = paths.filter((path) => path !== STDIN_PATH);
  let known = await fingerprint(watched);
  while (watched.length > 0 && !signal.aborted) {
    const startMs = now();
    const current = await fingerprint(watched);
    if (current !== known) onChange();
    known = current;
    const pauseMs = Math.max(pollMs, (now() - startMs) * MAX_SHARE);
    await wait(pauseMs, signal).catch(() => undefined);
  }
}

/** Path, size, time and identity of each file. What cannot be read has a fingerprint as well. */
async function fingerprint(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  const files = await findFiles(paths, ({ where, message }) =>
    hash.update(`${where} ${message}\n`),
  );
  for (const { path } of files) hash.update(`${path} ${statusOf(path)}\n`);
  return hash.digest('hex');
}

function statusOf(path: string): string {
  try {
    const { dev, ino, size, mtimeNs } = statSync(path, { bigint: true });
    return `${dev} ${ino} ${size} ${mtimeNs}`;
  } catch {
    return 'gone';
  }
}
