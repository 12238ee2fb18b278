import { RetryBudget } from '../../http/retry-budget.ts';
import { nodeClock, type RetryClock } from '../../http/retry-clock.ts';
import { remoteWriteDefaults } from '../defaults.ts';
import { type AxiosWriteClientOptions, createAxiosWriteClient } from './axios-write-client.ts';
import { type RetryOptions, withRetries } from './retrying.ts';
import type { WriteClient } from './write-client.ts';

export interface RetryingClientOptions extends Omit<
  AxiosWriteClientOptions,
  'maxSockets' | 'retryOn429'
> {
  /** How long the receiver may fail before the client gives up, in milliseconds. */
  readonly retryBudgetMs: number;
  readonly onRetry: () => void;
  readonly onFailure?: RetryOptions['onFailure'];
}

/** Creates a client with default settings and its own retry budget, for one request at a time. */
export function createRetryingClient(
  { retryBudgetMs, onRetry, onFailure, ...options }: RetryingClientOptions,
  runtime: RetryClock = nodeClock,
): WriteClient {
  const { minBackoffMs: minMs, maxBackoffMs: maxMs, retryOn429 } = remoteWriteDefaults;
  return withRetries(createAxiosWriteClient({ ...options, maxSockets: 1, retryOn429 }), {
    backoff: { minMs, maxMs },
    budget: new RetryBudget(retryBudgetMs),
    onRetry,
    onFailure,
    runtime,
  });
}
