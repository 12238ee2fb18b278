import { getEventListeners } from 'node:events';

import { describe, expect, it } from 'vitest';

import { nodeClock, type RetryClock } from '../../src/http/retry-clock.ts';
import type { Series } from '../../src/metrics/series.ts';
import {
  createRemoteWriteSink,
  type RemoteWriteSinkOptions,
} from '../../src/sinks/remote-write-sink.ts';
import type { CycleInfo, Delivery, Sink } from '../../src/sinks/sink.ts';
import type { Answer } from '../support/fake-receiver/answer.ts';
import type { FakeReceiver } from '../support/fake-receiver/fake-receiver.ts';
import { useReceivers } from '../support/fake-receiver/use-receivers.ts';
import { createClock } from '../support/remote-write/waiting-clock.ts';
import { outcome } from '../support/sinks/cycle-outcome.ts';

const cycle: CycleInfo = { timestampMs: 1_700_000_000_000, cluster: 'c1' };
const signal = new AbortController().signal;

const start = useReceivers();

describe('createRemoteWriteSink', () => {
  it('delivers every series once, with one timestamp, in batches', async () => {
    const receiver = await start();
    const sink = createSink(receiver, { maxSamplesPerSend: 1000 });

    const delivery = await deliver(sink, createSeries(2500));

    expect(receiver.violations).toEqual([]);
    expect(receiver.requests.map(({ series }) => series.length)).toEqual([1000, 1000, 500]);
    expect(receiver.samples).toHaveLength(2500);
    expect(receiver.samples[7]).toEqual({
      name: 'ks_score',
      labels: { Zone: 'z', cluster: 'c1', index: '7' },
      value: 7,
      timestampMs: cycle.timestampMs,
    });
    expect(delivery).toEqual({
      sink: receiver.url,
      status: 'delivered',
      sent: 2500,
      rejected: 0,
      pending: 0,
      persisted: 0,
      retries: 0,
      bytes: receiver.requests.reduce((sum, { body }) => sum + body.length, 0),
      errors: [],
      warnings: [],
    });
  });

  it('leaves no listener on the signal, which the agent keeps until it exits', async () => {
    const receiver = await start();
    const sink = createSink(receiver, { resends: true });
    const { signal: longLived } = new AbortController();
    const session = sink.open(cycle, { signal: longLived });
    await session.write(createSeries(1));

    await session.close(outcome);
    await sink.resend?.({ cycle, withResults: true, selfSeries: () => [], signal: longLived });
    await sink.endSeries?.(cycle, { selfSeries: () => [], signal: longLived });

    expect(receiver.requests.length).toBeGreaterThanOrEqual(3);
    expect(getEventListeners(longLived, 'abort')).toEqual([]);
  });

  it('sends no request for an empty cycle', async () => {
    const receiver = await start();

    const delivery = await deliver(createSink(receiver), []);

    expect(delivery).toMatchObject({ status: 'delivered', sent: 0 });
    expect(receiver.requests).toEqual([]);
  });

  it('limits batches to the configured bytes', async () => {
    const receiver = await start();

    await deliver(createSink(receiver, { maxBytesPerSend: 500 }), createSeries(100));

    expect(receiver.requests.length).toBeGreaterThan(5);
    expect(receiver.samples).toHaveLength(100);
  });

  it.each`
    what               | answers                                               | delays
    ${'an overload'}   | ${[{ status: 503 }]}                                  | ${[100]}
    ${'two overloads'} | ${[{ status: 503 }, { status: 529 }]}                 | ${[100, 200]}
    ${'a limit'}       | ${[{ status: 429, headers: { 'retry-after': '3' } }]} | ${[3000]}
    ${'a reset'}       | ${['reset']}                                          | ${[100]}
    ${'a timeout'}     | ${['hang']}                                           | ${[100]}
  `('retries the same request after $what', async ({ answers, delays }: RetryCase) => {
    const receiver = await start({ answers });
    const { runtime, slept } = createClock();

    const delivery = await deliver(createSink(receiver, {}, runtime), createSeries(10));

    expect(receiver.violations).toEqual([]);
    expect(receiver.samples).toHaveLength(10);
    expect(slept).toEqual(delays);
    expect(delivery).toMatchObject({ status: 'delivered', sent: 10, retries: delays.length });
    expect(delivery.errors).toEqual([]);
  });

  it.each`
    answer                                                 | error
    ${{ status: 400, body: 'out of order' }}               | ${'receiver answered 400 Bad Request: out of order'}
    ${{ status: 307, headers: { location: 'http://h/' } }} | ${'receiver answered 307 Temporary Redirect (redirects are not followed; configure the final URL)'}
    ${{ status: 401 }}                                     | ${'receiver answered 401 Unauthorized (check the credentials)'}
  `('does not retry a rejected request: $error', async ({ answer, error }: RejectionCase) => {
    const receiver = await start({ answers: [answer] });

    const delivery = await deliver(createSink(receiver), createSeries(10));

    expect(receiver.requests).toHaveLength(1);
    expect(delivery).toMatchObject({
      status: 'failed',
      sent: 0,
      rejected: 10,
      retries: 0,
      bytes: 0,
    });
    expect(delivery.errors).toEqual([error]);
  });

  it('sends the other batches if one is rejected', async () => {
    const receiver = await start({ answers: [{ status: 204 }, { status: 400 }] });
    const sink = createSink(receiver, { maxSamplesPerSend: 10, concurrency: 1 });

    const delivery = await deliver(sink, createSeries(40));

    expect(receiver.violations).toEqual([]);
    expect(delivery).toMatchObject({ status: 'partial', sent: 30, rejected: 10 });
  });

  it('does not retry 429 if configured so', async () => {
    const receiver = await start({ otherwise: { status: 429 } });

    const delivery = await deliver(createSink(receiver, { retryOn429: false }), createSeries(1));

    expect(delivery).toMatchObject({ status: 'failed', retries: 0 });
  });

  it('makes a name valid Unicode and warns', async () => {
    const receiver = await start();
    const bad = {
      ...createSeries(1)[0],
      family: { name: 'a\ud800', help: '', type: 'gauge' },
    } as const;

    const delivery = await deliver(createSink(receiver), [{ labels: [], value: 1, ...bad }]);

    expect(receiver.violations).toEqual([]);
    expect(receiver.samples.map(({ name }) => name)).toEqual(['a\ufffd']);
    expect(delivery).toMatchObject({ status: 'delivered', sent: 1, rejected: 0 });
    expect(delivery.warnings).toEqual([expect.stringContaining('1 names replaced')]);
  });

  it('drops and counts a series that relabeling leaves without a name', async () => {
    const receiver = await start();
    const nameless = { regex: '2', targetLabel: '__name__', replacement: '' };
    const relabelConfigs = [{ sourceLabels: ['index'], ...nameless }];

    const sink = createSink(receiver, { relabelConfigs });
    const delivery = await deliver(sink, createSeries(3));

    expect(receiver.violations).toEqual([]);
    expect(receiver.samples).toHaveLength(2);
    expect(delivery).toMatchObject({ status: 'delivered', sent: 2, rejected: 0 });
    expect(sink.counters.samplesDropped).toEqual(new Map([['relabeled', 1]]));
  });

  it('reports a series that is too large for a request', async () => {
    const receiver = await start();
    const family = { name: 'ks_huge', help: 'x'.repeat(31 * 2 ** 20), type: 'gauge' } as const;

    const series = [...createSeries(2), { family, labels: [], value: 1 }];
    const delivery = await deliver(createSink(receiver), series);

    expect(receiver.violations).toEqual([]);
    expect(delivery).toMatchObject({ status: 'partial', sent: 2, rejected: 1 });
    expect(delivery.errors).toEqual(['not sent: a series is larger than 30 MiB']);
  });

  it('spends the retry budget of a dead receiver once for all batches', async () => {
    const receiver = await start();
    await receiver.close();
    const { runtime, slept } = createClock();
    const options = { maxSamplesPerSend: 10, retryBudgetMs: 3000, concurrency: 1 };

    const delivery = await deliver(createSink(receiver, options, runtime), createSeries(1000));

    expect(slept).toEqual([100, 200, 400, 800, 1000]);
    expect(delivery).toMatchObject({ status: 'failed', sent: 0, pending: 1000, retries: 5 });
    expect(delivery.errors).toEqual([
      `no answer from ${receiver.url}: the connection was refused (ECONNREFUSED)`,
      'not sent: the receiver has been failing for too long (99 times)',
    ]);
  });

  it('gives up on a silent receiver after the retry budget and one timeout', async () => {
    const receiver = await start({ otherwise: 'hang' });
    const options = { maxSamplesPerSend: 10, retryBudgetMs: 300, minBackoffMs: 20 };
    const sink = createSink(receiver, { ...options, timeoutMs: 100 }, nodeClock);
    const startMs = performance.now();

    const delivery = await deliver(sink, createSeries(2000));

    expect(delivery).toMatchObject({ status: 'failed', pending: 2000 });
    expect(performance.now() - startMs).toBeLessThan(4000);
    expect(receiver.violations).toEqual([]);
  });

  it('tries a failed receiver again in the next cycle', async () => {
    const receiver = await start({ answers: [{ status: 503 }] });
    const sink = createSink(receiver, { retryBudgetMs: 0 });

    expect(await deliver(sink, createSeries(10))).toMatchObject({ status: 'failed' });
    const later = { ...cycle, timestampMs: cycle.timestampMs + 1 };
    expect(await deliver(sink, createSeries(10), later)).toMatchObject({ status: 'delivered' });

    expect(receiver.violations).toEqual([]);
  });

  it('delivers to one receiver while another one is dead', async () => {
    const alive = await start();
    const silent = await start({ otherwise: 'hang' });
    const options = { maxSamplesPerSend: 50, timeoutMs: 3000, retryBudgetMs: 3000 };
    const startMs = performance.now();

    const [first, second] = await Promise.all(
      [alive, silent].map(async (receiver) => {
        const delivery = await deliver(
          createSink(receiver, options, nodeClock),
          createSeries(2000),
        );
        return { delivery, elapsedMs: performance.now() - startMs };
      }),
    );

    expect(first?.delivery).toMatchObject({ status: 'delivered', sent: 2000 });
    expect(first?.elapsedMs).toBeLessThan(second?.elapsedMs ?? 0);
    expect(second?.delivery).toMatchObject({ status: 'failed', pending: 2000 });
    expect(alive.violations).toEqual([]);
  });

  it('keeps credentials out of its name and errors', async () => {
    const receiver = await start({ otherwise: { status: 403, body: 'scott:tiger4711 may not' } });
    const url = `${receiver.url.replace('//', '//scott:tiger4711@')}?key=k-4711`;

    const sink = createSink(receiver, { url });
    const delivery = await deliver(sink, createSeries(1));

    expect(sink.name).toBe(receiver.url);
    expect(JSON.stringify(delivery)).not.toContain('4711');
    expect(createSink(receiver, { url, name: 'mimir' }).name).toBe('mimir');
    expect(() => createSink(receiver, { url: 'redis://:tiger4711@h' })).toThrow(
      /^the URL of a receiver must start with/,
    );
  });
});

interface RetryCase {
  readonly answers: Answer[];
  readonly delays: number[];
}

interface RejectionCase {
  readonly answer: Answer;
  readonly error: string;
}

function createSink(
  { url }: FakeReceiver,
  options: Partial<RemoteWriteSinkOptions> = {},
  runtime: RetryClock = createClock().runtime,
): Sink {
  const defaults = { userAgent: 'kubescape-push/0.1.0', timeoutMs: 2000 };
  const backoff = { minBackoffMs: 100, maxBackoffMs: 1000 };
  return createRemoteWriteSink({ url, ...defaults, ...backoff, ...options }, runtime);
}

async function deliver(
  sink: Sink,
  series: readonly Series[],
  info: CycleInfo = cycle,
): Promise<Delivery> {
  const session = sink.open(info, { signal });
  for (let i = 0; i < series.length; i += 300) await session.write(series.slice(i, i + 300));
  return session.close(outcome);
}

function createSeries(count: number): Series[] {
  const family = { name: 'ks_score', help: 'h', type: 'gauge' } as const;
  return Array.from({ length: count }, (_, i) => ({
    family,
    labels: [
      { name: 'Zone', value: 'z' },
      { name: 'cluster', value: 'c1' },
      { name: 'index', value: String(i) },
    ],
    value: i,
  }));
}
