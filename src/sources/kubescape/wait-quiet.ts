import type { RetryClock } from '../../http/retry-clock.ts';
import type { ApiClient } from '../../kubernetes/api-client.ts';
import { SourceError } from '../scan-source.ts';
import { fingerprint } from './fingerprint.ts';
import type { StorageKind } from './storage-api.ts';

export interface WaitQuietOptions {
  readonly client: ApiClient;
  /** Kubescape's own namespace. */
  readonly namespace: string;
  readonly kinds: readonly StorageKind[];
  readonly clock: RetryClock;
  /** Milliseconds without any change that count as quiet. */
  readonly quietMs: number;
  /** Milliseconds after which waiting ends in any case. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface QuietResult {
  readonly isQuiet: boolean;
  readonly waitedMs: number;
  /** Times that something had changed. */
  readonly changes: number;
}

const MIN_POLL_MS = 1000;
const MAX_POLL_MS = 30_000;

/**
 * Waits until no scan result has changed for a while. Nothing in a cluster says that a scan is
 * complete: the job that starts one ends within a second, and results trickle in for hours.
 *
 * @throws {SourceError} The server cannot be asked.
 */
export async function waitUntilQuiet(options: WaitQuietOptions): Promise<QuietResult> {
  const { clock, quietMs, timeoutMs, signal } = options;
  const pollMs = Math.min(Math.max(quietMs / 4, MIN_POLL_MS), MAX_POLL_MS);
  const startMs = clock.now();
  let lastChangeMs = startMs;
  let last: string | undefined;
  let changes = 0;
  for (;;) {
    const result = await fingerprint(options);
    if (result.status !== 'ok') throw new SourceError(result.message);
    const nowMs = clock.now();
    if (last !== undefined && result.value !== last) {
      changes++;
      lastChangeMs = nowMs;
    }
    last = result.value;
    const waitedMs = nowMs - startMs;
    if (nowMs - lastChangeMs >= quietMs) return { isQuiet: true, waitedMs, changes };
    if (waitedMs >= timeoutMs) return { isQuiet: false, waitedMs, changes };
    await clock.sleep(Math.min(pollMs, timeoutMs - waitedMs), signal);
  }
}
