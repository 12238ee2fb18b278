import { describe, expect, it } from 'vitest';

import type { Answer } from '../support/fake-receiver/answer.ts';
import { useReceivers } from '../support/fake-receiver/use-receivers.ts';
import { createClock } from '../support/remote-write/waiting-clock.ts';
import { createSender, gauges, NOW, realTime, send, settings } from './sender.ts';

const startReceiver = useReceivers();

describe.each(settings)('a sender with protocol %s', (protocol) => {
  const options = { protocol, sendMetadata: false } as const;

  it.each<{ answer: Answer }>([
    ...[500, 501, 502, 503, 504, 507, 529, 599].map((status) => ({ answer: { status } })),
    { answer: { status: 429 } },
    { answer: 'reset' },
    { answer: { status: 500, body: 'half of this', cut: true } },
  ])('H7, H8: sends the same bytes again after $answer', async ({ answer }) => {
    const receiver = await startReceiver({ answers: [answer, answer] });

    const delivery = await send(createSender(receiver, options), gauges(7));

    expect(receiver.violations).toEqual([]);
    expect(delivery).toMatchObject({ status: 'delivered', sent: 7, rejected: 0, retries: 2 });
    expect(receiver.requests).toHaveLength(3);
    expect(new Set(receiver.requests.map(({ body }) => body.toString('hex'))).size).toBe(1);
    expect(receiver.requests.map(({ headers }) => headers['retry-attempt'])).toEqual([
      ...[undefined, '1', '2'],
    ]);
    expect(receiver.samples).toHaveLength(7);
  });

  it('H4, H7: retries a request that timed out', async () => {
    const receiver = await startReceiver({ answers: ['hang'] });
    const sink = createSender(receiver, { ...options, timeoutMs: 200 });

    const delivery = await send(sink, gauges(7));

    expect(receiver.violations).toEqual([]);
    expect(delivery).toMatchObject({ status: 'delivered', sent: 7, retries: 1 });
    expect(receiver.samples).toHaveLength(7);
  });

  it.each(
    [400, 401, 402, 403, 404, 405, 406, 409, 410, 412, 417, 421, 422, 423, 424, 425, 451].map(
      (status) => ({ status }),
    ),
  )('H7: never resends a request that was rejected with $status', async ({ status }) => {
    const receiver = await startReceiver({
      otherwise: { status, headers: { 'Retry-After': '1' } },
    });
    const { runtime, slept } = createClock();

    const delivery = await send(createSender(receiver, options, runtime), gauges(7));

    const triesV1 = protocol === 'auto' && [400, 406].includes(status);
    const versions = receiver.requests.map((request) => request.protocol);
    expect(versions).toEqual([versions[0], ...(triesV1 ? ['1.0'] : [])]);
    expect(slept).toEqual([]);
    expect(delivery).toMatchObject({
      // Thanos answers 409 and stores the valid samples.
      status: status === 409 ? 'partial' : 'failed',
      sent: 0,
      rejected: 7,
      persisted: 0,
      retries: 0,
    });
    expect(delivery.errors.join()).toContain(`receiver answered ${status}`);
  });

  it.each([301, 302, 303, 307, 308].map((status) => ({ status })))(
    'H3: does not follow a redirect: $status',
    async ({ status }) => {
      const elsewhere = await startReceiver();
      const headers = { location: elsewhere.url };
      const receiver = await startReceiver({ otherwise: { status, headers } });

      const delivery = await send(createSender(receiver, options), gauges(7));

      expect(receiver.requests).toHaveLength(1);
      expect(elsewhere.requests).toEqual([]);
      expect(delivery).toMatchObject({ status: 'failed', sent: 0, rejected: 7 });
      expect(delivery.errors.join()).toContain('redirects are not followed');
    },
  );

  it.each([{ status: 503 }, { status: 408 }, 'reset'] as const)(
    'H7: retries self-metrics, the last request of a push, after %j',
    async (failure) => {
      const answers = [{ status: 204 }, failure, failure];
      const receiver = await startReceiver({ answers });
      const { runtime, slept } = createClock();
      const sink = createSender(receiver, { ...options, sendMetadata: false }, runtime);

      const delivery = await send(sink, gauges(3), { own: gauges(2, 100) });

      expect(receiver.violations).toEqual([]);
      expect(slept).toEqual([1000, 2000]);
      expect(delivery).toMatchObject({ status: 'delivered', sent: 5, retries: 2 });
    },
  );

  it('H7: treats 429 as a rejection if configured', async () => {
    const receiver = await startReceiver({ otherwise: { status: 429 } });

    const delivery = await send(
      createSender(receiver, { ...options, retryOn429: false }),
      gauges(7),
    );

    expect(receiver.requests).toHaveLength(1);
    expect(delivery).toMatchObject({ status: 'failed', rejected: 7 });
  });

  it('H9: doubles the pause each time, up to the maximum', async () => {
    const receiver = await startReceiver({
      answers: Array.from({ length: 9 }, () => ({ status: 503 })),
    });
    const { runtime, slept } = createClock();

    await send(createSender(receiver, { ...options, retryBudgetMs: 600_000 }, runtime), gauges(1));

    expect(slept).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000, 30_000]);
  });

  it.each([0, 0.25, 0.75, 1])('H9: adds jitter to the pause: %d', async (random) => {
    const receiver = await startReceiver({
      answers: Array.from({ length: 8 }, () => ({ status: 503 })),
    });
    const { runtime, slept } = createClock(random);

    await send(createSender(receiver, { ...options, retryBudgetMs: 600_000 }, runtime), gauges(1));

    const plain = [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000];
    expect(slept.map(Math.round)).toEqual(plain.map((ms) => Math.round(ms * (0.9 + 0.2 * random))));
    // Even with opposite jitter, an interval shrinks by at most a fifth.
    expect(0.9 / 1.1).toBeGreaterThan(0.8);
  });

  it.each`
    status | header                             | waits
    ${429} | ${'7'}                             | ${7000}
    ${503} | ${'7'}                             | ${7000}
    ${500} | ${'0'}                             | ${1000}
    ${429} | ${'-5'}                            | ${1000}
    ${503} | ${'soon'}                          | ${1000}
    ${429} | ${'1.5'}                           | ${1000}
    ${429} | ${''}                              | ${1000}
    ${503} | ${'86400'}                         | ${300_000}
    ${503} | ${'9'.repeat(400)}                 | ${300_000}
    ${429} | ${'Sun, 06 Nov 1994 08:49:37 GMT'} | ${1000}
    ${429} | ${'2999-01-01'}                    | ${1000}
    ${503} | ${'Fri, 01 Jan 2999 00:00:00 GMT'} | ${300_000}
  `(
    'H10: waits $waits ms after $status with Retry-After: $header',
    async (retryAfter: AfterCase) => {
      const { status, header, waits } = retryAfter;
      const receiver = await startReceiver({
        answers: [{ status, headers: { 'Retry-After': header } }],
      });
      const { runtime, slept } = createClock();

      await send(
        createSender(receiver, { ...options, retryBudgetMs: 600_000 }, runtime),
        gauges(1),
      );

      expect(slept).toEqual([waits]);
      expect(receiver.samples).toHaveLength(1);
    },
  );

  it('H10: waits until the date of Retry-After', async () => {
    const date = new Date(Date.now() + 90_000).toUTCString();
    const receiver = await startReceiver({
      answers: [{ status: 503, headers: { 'Retry-After': date } }],
    });
    const { runtime, slept } = createClock();

    await send(createSender(receiver, options, runtime), gauges(1));

    expect(slept).toHaveLength(1);
    expect(slept[0]).toBeGreaterThan(60_000);
    expect(slept[0]).toBeLessThanOrEqual(90_000);
  });

  it('H11: stops when the budget is exhausted, and reports and counts the failed samples', async () => {
    const receiver = await startReceiver({ otherwise: { status: 503 } });
    const { runtime, slept } = createClock();
    const sink = createSender(
      receiver,
      { ...options, retryBudgetMs: 10_000, maxSamplesPerSend: 10, concurrency: 1 },
      runtime,
    );

    const delivery = await send(sink, gauges(30));

    expect(slept).toEqual([1000, 2000, 4000]);
    expect(receiver.requests).toHaveLength(4);
    expect(delivery).toMatchObject({ status: 'failed', sent: 0, pending: 30, persisted: 0 });
    expect(delivery.errors.join()).toContain('the receiver has been failing for too long');
    expect(sink.counters).toMatchObject({ samplesSent: 0, samplesFailed: 30, samplesRetried: 30 });
  });

  it('H11: never waits longer than the rest of the budget', async () => {
    const receiver = await startReceiver({
      otherwise: { status: 503, headers: { 'Retry-After': '120' } },
    });
    const { runtime, slept } = createClock();

    const delivery = await send(
      createSender(receiver, { ...options, retryBudgetMs: 60_000 }, runtime),
      gauges(1),
    );

    expect(slept).toEqual([]);
    expect(delivery).toMatchObject({ status: 'failed', pending: 1 });
  });

  it('H5: retries over a new connection if the idle one was closed', async () => {
    const receiver = await startReceiver({
      answers: [{ status: 204 }, 'reset', { status: 204 }, 'reset'],
    });
    const sink = createSender(receiver, { ...options, minBackoffMs: 1 }, realTime);

    await send(sink, gauges(3));
    const delivery = await send(sink, gauges(3), { timestampMs: NOW + 1 });
    await send(sink, gauges(3), { timestampMs: NOW + 2 });

    expect(receiver.violations).toEqual([]);
    expect(delivery).toMatchObject({ status: 'delivered', sent: 3, retries: 1 });
    expect(receiver.samples).toHaveLength(9);
  });
});

interface AfterCase {
  readonly status: number;
  readonly header: string;
  readonly waits: number;
}
