import { setTimeout as sleep } from 'node:timers/promises';

import { backoffDelay, type BackoffOptions } from '../../http/backoff.ts';
import type { RetryBudget } from '../../http/retry-budget.ts';
import { type WriteClient, WriteError, type WriteResult } from '../client/write-client.ts';

/** The world around the retry loop, replaced in tests. */
export interface RetryRuntime {
  /** Rejects as soon as the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Milliseconds of a clock that nobody sets. */
  readonly now: () => number;
}

export const nodeRuntime: RetryRuntime = {
  sleep: async (ms, signal) => sleep(ms, undefined, { signal }),
  random: Math.random,
  now: () => performance.now(),
};

export interface RetryOptions {
  readonly backoff: BackoffOptions;
  /** Shared by all clients that write to one receiver. */
  readonly budget: RetryBudget;
  /** Waits until an attempt may begin: each is paid for, because a receiver counts what it refuses. */
  readonly acquire?: (samples: number, bytes: number, signal: AbortSignal) => Promise<void>;
  readonly onRetry: (samples: number) => void;
  readonly runtime: RetryRuntime;
}

/** Wraps a client so that retryable requests are sent again, as long as the budget lasts. */
export function withRetries(client: WriteClient, options: RetryOptions): WriteClient {
  const { backoff, budget, runtime } = options;
  return {
    async write(body, { samples = 0, signal }) {
      for (let attempt = 0; ; attempt++) {
        // This wait is no failure of the receiver, and not on its budget.
        if (!budget.exhausted) await options.acquire?.(samples, body.length, signal);
        if (budget.exhausted) return gaveUp;
        if (attempt > 0) options.onRetry(samples);

        const startMs = runtime.now();
        const result = await client.write(body, { attempt, samples, signal });
        const nowMs = runtime.now();
        if (result.status !== 'retryable') {
          budget.recordAnswer(nowMs);
          return result;
        }

        budget.recordFailure(startMs);
        const backoffMs = backoffDelay(backoff, attempt + 1, runtime.random());
        const delayMs = result.retryAfterMs ?? backoffMs;
        if (!budget.allows(nowMs + delayMs)) return result;
        await runtime.sleep(delayMs, signal);
      }
    },
  };
}

/** For requests that were waiting when others used up the budget. */
const gaveUp: WriteResult = {
  status: 'retryable',
  error: new WriteError('not sent: the receiver had failed for too long'),
};
