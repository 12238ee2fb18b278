import { afterEach, describe, expect, it } from 'vitest';

import { createRetryingClient } from '../../src/remote-write/client/retrying-client.ts';
import { type FakeReceiver, startFakeReceiver } from '../support/fake-receiver/fake-receiver.ts';

let receiver: FakeReceiver;
afterEach(async () => receiver.close());

describe('createRetryingClient', () => {
  it('retries with growing delays until the retry budget is used up', async () => {
    receiver = await startFakeReceiver({ otherwise: { status: 503 } });
    const slept: number[] = [];
    let retries = 0;
    const client = createRetryingClient(
      {
        url: receiver.url,
        method: 'PUT',
        protocolHeaders: { 'Content-Type': 'text/plain' },
        headers: {},
        timeoutMs: 1000,
        userAgent: 'kubescape-push/0.1.0',
        retryBudgetMs: 10_000,
        onRetry: () => retries++,
      },
      {
        sleep: async (ms) => void slept.push(ms),
        random: () => 0.5,
        now: () => slept.reduce((sum, ms) => sum + ms, 0),
      },
    );

    const { signal } = new AbortController();
    const result = await client.write(Buffer.from('up 1\n'), { attempt: 0, signal });

    expect(result.status).toBe('retryable');
    expect(slept).toEqual([1000, 2000, 4000]);
    expect(retries).toBe(3);
    expect(receiver.violations).toContain('method PUT');
    expect(receiver.requests.map(({ body }) => body.toString())).toEqual(
      Array.from({ length: 4 }, () => 'up 1\n'),
    );
  });
});
