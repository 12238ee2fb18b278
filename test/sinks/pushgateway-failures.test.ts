import { afterEach, describe, expect, it } from 'vitest';

import type { PushgatewaySinkOptions } from '../../src/sinks/pushgateway/pushgateway-sink.ts';
import type { Sink } from '../../src/sinks/sink.ts';
import {
  type FakeAnswer,
  type FakePushgateway,
  startFakePushgateway,
} from '../support/sinks/fake-pushgateway.ts';
import { createTestSink, gauge } from '../support/sinks/pushgateway-sink.ts';

const never = new AbortController().signal;

let server: FakePushgateway;
afterEach(async () => server.stop());

const results = ['a', 'b', 'c'].map((image) => gauge('by_image', { image }, 1));
const own = ['kubescape_push_source_up', 'kubescape_push_source_errors'].map((name) =>
  gauge(name, {}, 0),
);

describe('after the source failed', () => {
  it('pushes and counts only self-metrics', async () => {
    const sink = await start([[200]]);

    const delivery = await abort(sink);

    expect(server.received.map(({ method }) => method)).toEqual(['POST']);
    expect(server.received[0]?.body).not.toContain('by_image');
    expect(delivery).toMatchObject({
      status: 'partial',
      sent: 2,
      rejected: 3,
      pending: 0,
      persisted: 0,
      retries: 0,
      bytes: server.received[0]?.bytes.length,
      errors: ['no results were sent: the source failed'],
    });
    expect(sink.counters).toMatchObject({ samplesSent: 2, samplesFailed: 3 });
    expect(sink.counters.lastSuccessMs).toBeUndefined();
  });

  it('also reports rejected self-metrics', async () => {
    const sink = await start([[400, 'no']]);

    expect(await abort(sink)).toMatchObject({
      status: 'failed',
      sent: 0,
      rejected: 5,
      pending: 0,
      persisted: 0,
      bytes: 0,
      errors: [
        'no results were sent: the source failed',
        expect.stringMatching(/^receiver answered 400 Bad Request: no/),
      ],
    });
    expect(sink.counters).toMatchObject({ samplesSent: 0, samplesFailed: 5 });
  });

  it('counts only sent samples as retried', async () => {
    const sink = await start([[503], [200]]);

    expect(await abort(sink)).toMatchObject({ status: 'partial', retries: 1 });
    expect(sink.counters.samplesRetried).toBe(2);
  });

  it('sends nothing without a cluster name', async () => {
    const sink = await start();
    const session = open(sink);

    expect(await session.abort({ selfSeries: () => [] })).toMatchObject({
      status: 'failed',
      sent: 0,
      rejected: 0,
      pending: 0,
      persisted: 0,
      errors: ['no results were sent: the source failed'],
    });
    expect(server.received).toEqual([]);
  });
});

describe('after an abort', () => {
  it('pushes nothing', async () => {
    const sink = await start();

    expect(await abort(sink, AbortSignal.abort())).toMatchObject({
      status: 'failed',
      sent: 0,
      rejected: 3,
      pending: 0,
      persisted: 0,
      errors: ['nothing was sent: interrupted'],
    });
    expect(server.received).toEqual([]);
  });
});

describe('P4: an incomplete cycle', () => {
  it.each(['PUT', 'POST'] as const)('never replaces the group, with %s', async (method) => {
    const sink = await start([[200]], { method });
    const session = open(sink);
    await session.write(results);

    await session.close({ isComplete: false, selfSeries: () => own });

    expect(server.received.map((request) => request.method)).toEqual(['POST']);
  });
});

async function start(
  answers: readonly FakeAnswer[] = [],
  options: Partial<PushgatewaySinkOptions> = {},
): Promise<Sink> {
  server = await startFakePushgateway(...answers);
  return createTestSink({ url: `http://${server.host}`, ...options });
}

function open(sink: Sink, signal = never) {
  return sink.open({ timestampMs: 1_700_000_000_000, cluster: 'c' }, { signal });
}

async function abort(sink: Sink, signal = never) {
  const session = open(sink, signal);
  await session.write(results);
  return session.abort({ selfSeries: () => own });
}
