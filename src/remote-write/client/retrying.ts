import { backoffDelay, type BackoffOptions } from '../../http/backoff.ts';
import type { RetryBudget } from '../../http/retry-budget.ts';
import type { RetryClock } from '../../http/retry-clock.ts';
import { type Retryable, type WriteClient, WriteError, type WriteResult } from './write-client.ts';

export interface RetryOptions {
  readonly backoff: BackoffOptions;
  /** Shared by all clients of one receiver. */
  readonly budget: RetryBudget;
  /** Waits until an attempt may start. Retries count as well, because receivers count rejected requests. */
  readonly acquire?: (samples: number, bytes: number, signal: AbortSignal) => Promise<void>;
  readonly onRetry: (samples: number) => void;
  readonly runtime: RetryClock;
  /** Called after each failed attempt. */
  readonly onFailure?: ((failure: AttemptFailure) => void) | undefined;
  /** Called after an attempt that the receiver has answered for good. */
  readonly onAnswer?: (() => void) | undefined;
}

export interface AttemptFailure {
  readonly error: WriteError;
  /** Delay before the next attempt in milliseconds. Undefined if there is none. */
  readonly retryInMs: number | undefined;
  /** How long the receiver may still fail, in milliseconds. */
  readonly remainingMs: number;
}

/** Wraps a client so that it retries as long as the budget lasts. */
export function withRetries(client: WriteClient, options: RetryOptions): WriteClient {
  const { budget, runtime } = options;
  /** Waiting for the rate limit does not use up the budget. */
  async function mayStart(samples: number, bytes: number, signal: AbortSignal): Promise<boolean> {
    if (!budget.exhausted) await options.acquire?.(samples, bytes, signal);
    return !budget.exhausted;
  }
  function recordAnswer(): void {
    budget.recordAnswer(runtime.now());
    options.onAnswer?.();
  }
  return {
    async write(body, { samples = 0, signal, isFinal = never }) {
      for (let attempt = 0; ; attempt++) {
        if (!(await mayStart(samples, body.length, signal))) return gaveUp;
        if (attempt > 0) options.onRetry(samples);
        const startMs = runtime.now();
        const result = await client.write(body, { attempt, samples, signal });
        if (result.status !== 'retryable') recordAnswer();
        if (result.status !== 'retryable' || isFinal(result, attempt)) return result;
        const delayMs = delayOf({ result, attempt, startMs }, options);
        if (delayMs === undefined) return result;
        await runtime.sleep(delayMs, signal);
      }
    },
  };
}

function never(): boolean {
  return false;
}

interface FailedAttempt {
  readonly result: Retryable;
  readonly attempt: number;
  readonly startMs: number;
}

/** Returns the delay before the next attempt. Undefined if there is none. */
function delayOf(
  { result, attempt, startMs }: FailedAttempt,
  { backoff, budget, runtime, onFailure }: RetryOptions,
): number | undefined {
  budget.recordFailure(startMs);
  const nowMs = runtime.now();
  const backoffMs = backoffDelay(backoff, attempt + 1, runtime.random());
  const delayMs = result.retryAfterMs ?? backoffMs;
  const retryInMs = budget.allows(nowMs + delayMs) ? delayMs : undefined;
  const remainingMs = budget.remainingMs(nowMs);
  onFailure?.({ error: result.error, retryInMs, remainingMs });
  return retryInMs;
}

/** Result for requests that are not sent because the budget is used up. */
const gaveUp: WriteResult = {
  status: 'retryable',
  error: new WriteError('not sent: the receiver has been failing for too long'),
};
