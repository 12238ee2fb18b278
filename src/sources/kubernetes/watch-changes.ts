import type { Readable } from 'node:stream';

import { backoffDelay } from '../../http/backoff.ts';
import type { RetryClock } from '../../http/retry-clock.ts';
import type { ApiClient } from './api-client.ts';
import type { ClusterAccess } from './cluster-access.ts';
import { fingerprint } from './fingerprint.ts';
import { type StorageKind, storagePath } from './storage-api.ts';

export interface WatchOptions {
  readonly access: ClusterAccess;
  readonly client: ApiClient;
  /** Kubescape's own namespace. */
  readonly namespace: string;
  readonly kinds: readonly StorageKind[];
  readonly clock: RetryClock;
  /** Milliseconds until the head of the answer. */
  readonly timeoutMs: number;
  /** Milliseconds after which a watch is closed that the server has not ended; for tests. */
  readonly lifetimeMs?: number;
  /** Called when something has changed, or may have; often, so it must be cheap. */
  readonly onChange: (kind: StorageKind) => void;
  readonly signal: AbortSignal;
}

/** The server is asked to end a watch after this time. */
const WATCH_SECONDS = 600;

/** Later than the server would have: a connection that died without a word never ends by itself. */
const LIFETIME_MS = (WATCH_SECONDS + 30) * 1000;

const backoff = { minMs: 1000, maxMs: 30_000 };

/**
 * Watches these kinds until the signal aborts. A watch is a hint and no more: it must be
 * cluster-wide (in a namespace it never says anything), it replays nothing, ends without a word,
 * and forgets deletions. So every time one is opened, the lists are compared with what they were,
 * and a difference counts as a change. Events are drained at once and never looked at: the server
 * blocks writes while a watcher is slow.
 */
export async function watchChanges(options: WatchOptions): Promise<void> {
  await Promise.all(options.kinds.map(async (kind) => watchKind(kind, options)));
}

async function watchKind(kind: StorageKind, options: WatchOptions): Promise<void> {
  const { clock, onChange, signal, lifetimeMs = LIFETIME_MS } = options;
  let known = await currentFingerprint(options);
  async function compare(): Promise<void> {
    const current = await currentFingerprint(options);
    if (current === undefined || current === known) return;
    known = current;
    onChange(kind);
  }
  for (let failures = 0; !signal.aborted;) {
    const startMs = clock.now();
    const body = await openWatch(kind, options);
    // Once it is open, or has failed to: what was before is in the lists, the rest will be told.
    await Promise.all([body && drain(body, lifetimeMs, () => onChange(kind)), compare()]);
    if (signal.aborted) return;
    failures = clock.now() - startMs > backoff.maxMs ? 0 : failures + 1;
    const delayMs = backoffDelay(backoff, Math.max(failures, 1), clock.random());
    await clock.sleep(delayMs, signal).catch(() => undefined);
  }
}

/** `undefined` while the server cannot be asked. */
async function currentFingerprint(options: WatchOptions): Promise<string | undefined> {
  const result = await fingerprint(options).catch(() => undefined);
  return result?.status === 'ok' ? result.value : undefined;
}

/** The events of a watch; `undefined` if there is none to be had. */
async function openWatch(kind: StorageKind, options: WatchOptions): Promise<Readable | undefined> {
  const { access, timeoutMs, signal } = options;
  try {
    // Without fullSpec: the events say only that something happened, and that is all we ask.
    const query = { watch: 'true', timeoutSeconds: String(WATCH_SECONDS) };
    const answer = await access.request({ path: storagePath(kind), query, timeoutMs, signal });
    if (answer.status === 200) return answer.body;
    answer.body.destroy();
  } catch {
    // Whatever broke it, the lists are compared and the watch begins anew.
  }
  return undefined;
}

async function drain(body: Readable, lifetimeMs: number, onEvent: () => void): Promise<void> {
  const timer = setTimeout(() => body.destroy(), lifetimeMs);
  try {
    for await (const chunk of body) if (chunk !== undefined) onEvent();
  } catch {
    // A cut connection is how most watches end.
  } finally {
    clearTimeout(timer);
  }
}
