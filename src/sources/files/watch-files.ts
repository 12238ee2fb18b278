import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { STDIN_PATH } from './byte-stream.ts';
import { findFiles } from './find-files.ts';

export interface WatchFilesOptions {
  /** Files and folders. Stdin is ignored, because it cannot change. */
  readonly paths: readonly string[];
  readonly onChange: () => void;
  readonly signal: AbortSignal;
  /** Minimum time between two polls, in milliseconds. */
  readonly pollMs?: number;
  /** Rejects when the signal aborts. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** A monotonic clock in milliseconds. */
  readonly now?: () => number;
}

const POLL_MS = 5000;

/** Polling takes at most one fiftieth of the time. */
const MAX_SHARE = 50;

/**
 * Polls files for changes until the signal aborts. File system events are unreliable here: a ConfigMap
 * changes by swapping a link beside its files, network file systems report no remote changes, and all pods
 * of a node share a limited number of watches.
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

/** Hash of the path, size, modification time and identity of each file, including unreadable ones. */
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
