import type { RetryClock } from '../../http/retry-clock.ts';
import { SourceError } from '../scan-source.ts';
import { fingerprint, type FingerprintOptions } from './fingerprint.ts';

export interface WaitQuietOptions extends FingerprintOptions {
  readonly clock: RetryClock;
  /** Milliseconds without a change that count as quiet. */
  readonly quietMs: number;
  readonly timeoutMs: number;
}

export interface QuietResult {
  /** False if the timeout expired first. */
  readonly isQuiet: boolean;
  readonly waitedMs: number;
  /** Number of polls that found a change. */
  readonly changes: number;
}

const MIN_POLL_MS = 1000;
const MAX_POLL_MS = 30_000;

/**
 * Waits until scan results stop changing. Nothing in a cluster shows that a scan is complete: the
 * job that starts it ends within a second, and results arrive over hours.
 *
 * @throws {SourceError} The server cannot be read.
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
