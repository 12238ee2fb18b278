import { describe, expect, it, vi } from 'vitest';

import { createClock } from '../../../test/support/remote-write/waiting-clock.ts';
import { RetryBudget } from '../../http/retry-budget.ts';
import { nodeClock } from '../../http/retry-clock.ts';
import { withRetries } from './retrying.ts';
import { type WriteClient, WriteError, type WriteResult } from './write-client.ts';

const error = new WriteError('receiver answered 503');
const retryable: WriteResult = { status: 'retryable', error };
const success: WriteResult = { status: 'success', httpStatus: 204 };
const rejected: WriteResult = { status: 'rejected', error };
const body = new Uint8Array([1, 2, 3]);
const signal = new AbortController().signal;

describe('H8, H11: withRetries', () => {
  it.each`
    what                                          | answers                                                    | delays                                    | final
    ${'passes success on'}                        | ${[success]}                                               | ${[]}                                     | ${success}
    ${'never repeats a rejected request'}         | ${[rejected]}                                              | ${[]}                                     | ${rejected}
    ${'stops at a rejection'}                     | ${[retryable, rejected]}                                   | ${[100]}                                  | ${rejected}
    ${'doubles the delay'}                        | ${[retryable, retryable, retryable, success]}              | ${[100, 200, 400]}                        | ${success}
    ${'obeys Retry-After, even past the maximum'} | ${[{ ...retryable, retryAfterMs: 3000 }, success]}         | ${[3000]}                                 | ${success}
    ${'goes on doubling after a Retry-After'}     | ${[{ ...retryable, retryAfterMs: 1 }, retryable, success]} | ${[1, 200]}                               | ${success}
    ${'gives up when the budget ends'}            | ${repeat(9, retryable)}                                    | ${[100, 200, 400, 800, 1000, 1000, 1000]} | ${retryable}
    ${'does not wait for more than is left'}      | ${[{ ...retryable, retryAfterMs: 5001 }]}                  | ${[]}                                     | ${{ ...retryable, retryAfterMs: 5001 }}
  `('$what', async ({ answers, delays, final }: RetryCase) => {
    const { client, slept, write, onRetry } = setup({ answers });

    const result = await client.write(body, { attempt: 0, signal });

    expect(result).toEqual(final);
    expect(slept).toEqual(delays);
    expect(write).toHaveBeenCalledTimes(delays.length + 1);
    expect(onRetry).toHaveBeenCalledTimes(delays.length);
  });

  it('sends the same bytes with the number of the attempt', async () => {
    const { client, write } = setup({ answers: [retryable, retryable, success] });

    await client.write(body, { attempt: 0, samples: 7, signal });

    expect(write.mock.calls).toEqual(
      [0, 1, 2].map((attempt) => [body, { attempt, samples: 7, signal }]),
    );
    expect(write.mock.calls.every(([sent]) => sent === body)).toBe(true);
  });

  it('charges the budget for the duration of requests as well as for pauses', async () => {
    const { client, slept } = setup({ answers: repeat(9, retryable), requestMs: 2000 });

    await client.write(body, { attempt: 0, signal });

    expect(slept).toEqual([100, 200]);
  });

  it('applies the rate limit to each attempt, without charging the budget', async () => {
    const { client, slept, paid } = setup({ answers: [retryable, success], acquireMs: [60_000] });

    expect(await client.write(body, { attempt: 0, samples: 7, signal })).toEqual(success);

    expect(slept).toEqual([100]);
    expect(paid).toEqual(['7 samples, 3 bytes', '7 samples, 3 bytes']);
  });

  it('fails later requests immediately once the budget is exhausted', async () => {
    const { client, slept, write } = setup({ answers: repeat(99, retryable) });
    await client.write(body, { attempt: 0, signal });
    const calls = write.mock.calls.length;
    slept.length = 0;

    const result = await client.write(body, { attempt: 0, signal });

    expect(result).toMatchObject({
      status: 'retryable',
      error: { message: 'not sent: the receiver has been failing for too long' },
    });
    expect(slept).toEqual([]);
    expect(write).toHaveBeenCalledTimes(calls);
  });

  it('shares the budget among requests, so each success renews it for all', async () => {
    const { client, slept } = setup({ answers: repeat(5, retryable, success) });

    for (let i = 0; i < 5; i++) await client.write(body, { attempt: 0, signal });

    expect(slept).toEqual([100, 100, 100, 100, 100]);
  });

  it('stops waiting when it is aborted', async () => {
    const controller = new AbortController();
    const client = withRetries(
      { write: async () => ({ ...retryable, retryAfterMs: 60_000 }) },
      { ...options(), budget: new RetryBudget(120_000), runtime: nodeClock },
    );

    const writing = client.write(body, { attempt: 0, signal: controller.signal });
    setTimeout(() => controller.abort(), 10);

    await expect(writing).rejects.toThrow('aborted');
  });
});

interface RetryCase {
  readonly answers: WriteResult[];
  readonly delays: number[];
  readonly final: WriteResult;
}

interface Setup {
  readonly answers: readonly WriteResult[];
  /** Duration of each request on the fake clock. */
  readonly requestMs?: number;
  /** Delay before each attempt. */
  readonly acquireMs?: readonly number[];
}

function setup({ answers, requestMs = 0, acquireMs = [] }: Setup) {
  const { runtime, slept, pass } = createClock();
  const rest = [...answers];
  const write = vi.fn<WriteClient['write']>(async () => {
    pass(requestMs);
    return rest.shift() ?? success;
  });
  const onRetry = vi.fn<() => void>();
  const paid: string[] = [];
  async function acquire(samples: number, bytes: number): Promise<void> {
    pass(acquireMs[paid.length] ?? 0);
    paid.push(`${samples} samples, ${bytes} bytes`);
  }
  const client = withRetries({ write }, { ...options(), acquire, onRetry, runtime });
  return { client, write, slept, paid, onRetry };
}

function options() {
  return {
    backoff: { minMs: 100, maxMs: 1000 },
    budget: new RetryBudget(5000),
    onRetry: () => undefined,
  };
}

function repeat(times: number, ...results: WriteResult[]): WriteResult[] {
  return Array.from({ length: times }, () => results).flat();
}
