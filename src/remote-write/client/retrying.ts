import { backoffDelay, type BackoffOptions } from '../../http/backoff.ts';
import type { RetryBudget } from '../../http/retry-budget.ts';
import type { RetryClock } from '../../http/retry-clock.ts';
import { type WriteClient, WriteError, type WriteResult } from './write-client.ts';

export interface RetryOptions {
  readonly backoff: BackoffOptions;
  /** Shared by all clients of one receiver. */
  readonly budget: RetryBudget;
  /** Waits until an attempt may start. Retries count as well, because receivers count rejected requests. */
  readonly acquire?: (samples: number, bytes: number, signal: AbortSignal) => Promise<void>;
  readonly onRetry: (samples: number) => void;
  readonly runtime: RetryClock;
}

/** Wraps a client so that it retries as long as the budget lasts. */
export function withRetries(client: WriteClient, options: RetryOptions): WriteClient {
  const { backoff, budget, runtime } = options;
  return {
    async write(body, { samples = 0, signal }) {
      for (let attempt = 0; ; attempt++) {
        // Waiting for the rate limit does not use up the budget.
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

/** Result for requests that are not sent because the budget is used up. */
const gaveUp: WriteResult = {
  status: 'retryable',
  error: new WriteError('not sent: the receiver has been failing for too long'),
};
