import type { Readable } from 'node:stream';

import { backoffDelay } from '../../http/backoff.ts';
import type { ApiClient } from './api-client.ts';
import type { ClusterAccess } from './cluster-access.ts';
import { fingerprint } from './fingerprint.ts';
import type { RetryClock } from './retry-clock.ts';
import { storageKinds, type StorageKind, storagePath } from './storage-api.ts';

export interface WatchOptions {
  readonly access: ClusterAccess;
  readonly client: ApiClient;
  readonly clock: RetryClock;
  /** Milliseconds until the head of the answer. */
  readonly timeoutMs: number;
  /** Called when something has changed, or may have; often, so it must be cheap. */
  readonly onChange: (kind: StorageKind) => void;
  readonly signal: AbortSignal;
}

const backoff = { minMs: 1000, maxMs: 30_000 };

/**
 * Watches all kinds until the signal aborts. A watch is a hint and no more: it must be
 * cluster-wide (in a namespace it never says anything), it replays nothing, ends without a word,
 * and forgets deletions. So every time one is opened, the lists are compared with what they were,
 * and a difference counts as a change. Events are drained at once and never looked at: the server
 * blocks writes while a watcher is slow.
 */
export async function watchChanges(options: WatchOptions): Promise<void> {
  await Promise.all(storageKinds.map(async (kind) => watchKind(kind, options)));
}

async function watchKind(kind: StorageKind, options: WatchOptions): Promise<void> {
  const { client, clock, onChange, signal } = options;
  let known = await currentFingerprint(client, signal);
  async function compare(): Promise<void> {
    const current = await currentFingerprint(client, signal);
    if (current === undefined || current === known) return;
    known = current;
    onChange(kind);
  }
  for (let failures = 0; !signal.aborted;) {
    const startMs = clock.now();
    const body = await openWatch(kind, options);
    // Once it is open, or has failed to: what was before is in the lists, the rest will be told.
    await Promise.all([body && drain(body, () => onChange(kind)), compare()]);
    if (signal.aborted) return;
    failures = clock.now() - startMs > backoff.maxMs ? 0 : failures + 1;
    const delayMs = backoffDelay(backoff, Math.max(failures, 1), clock.random());
    await clock.sleep(delayMs, signal).catch(() => undefined);
  }
}

/** `undefined` while the server cannot be asked. */
async function currentFingerprint(
  client: ApiClient,
  signal: AbortSignal,
): Promise<string | undefined> {
  const result = await fingerprint(client, signal).catch(() => undefined);
  return result?.status === 'ok' ? result.value : undefined;
}

/** The events of a watch; `undefined` if there is none to be had. */
async function openWatch(kind: StorageKind, options: WatchOptions): Promise<Readable | undefined> {
  const { access, timeoutMs, signal } = options;
  try {
    // Without fullSpec: the events say only that something happened, and that is all we ask.
    // It ends by itself now and then, so that a connection nobody told of its end is not for ever.
    const query = { watch: 'true', timeoutSeconds: '600' };
    const answer = await access.request({ path: storagePath(kind), query, timeoutMs, signal });
    if (answer.status === 200) return answer.body;
    answer.body.destroy();
  } catch {
    // Whatever broke it, the lists are compared and the watch begins anew.
  }
  return undefined;
}

async function drain(body: Readable, onEvent: () => void): Promise<void> {
  try {
    for await (const chunk of body) if (chunk !== undefined) onEvent();
  } catch {
    // A cut connection is how most watches end.
  }
}
