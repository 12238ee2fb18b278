import { afterEach, describe, expect, it } from 'vitest';

import { outcome } from '../../test/support/cycle-outcome.ts';
import {
  type FakeReceiver,
  type FakeReceiverOptions,
  startFakeReceiver,
} from '../../test/support/fake-receiver/fake-receiver.ts';
import type { Series } from '../metrics/series.ts';
import { createRemoteWriteSink, type RemoteWriteSinkOptions } from './remote-write-sink.ts';
import type { CycleInfo, Sink } from './sink.ts';

const cycle: CycleInfo = { timestampMs: 1_700_000_000_000, cluster: 'c1' };
const signal = new AbortController().signal;

let receiver: FakeReceiver;
afterEach(async () => receiver.close());

describe('RemoteWriteSession', () => {
  it('sends nothing more when the source fails', async () => {
    await start({ otherwise: 'hang' });
    const session = createSink(receiver, { maxSamplesPerSend: 10 }).open(cycle, { signal });
    await session.write(createSeries(95));

    const delivery = await session.abort(outcome);

    expect(delivery).toMatchObject({ status: 'failed', sent: 0, failed: 95 });
    expect(delivery.errors).toEqual(['not sent: stopped before the receiver answered (10 times)']);
    expect(receiver.requests.length).toBeLessThanOrEqual(2);
  });

  it('is not delivered when the source fails before the first series', async () => {
    await start();

    const delivery = await createSink(receiver).open(cycle, { signal }).abort(outcome);

    expect(delivery).toMatchObject({ status: 'failed', sent: 0, failed: 0 });
    expect(receiver.requests).toEqual([]);
  });

  it('stops waiting for a retry when it is told to stop', async () => {
    await start({ otherwise: { status: 503, headers: { 'retry-after': '60' } } });
    const controller = new AbortController();
    const sink = createSink(receiver);
    const session = sink.open(cycle, { signal: controller.signal });
    await session.write(createSeries(10));

    setTimeout(() => controller.abort(outcome), 50);
    const delivery = await session.close(outcome);

    expect(delivery).toMatchObject({ status: 'failed', failed: 10 });
  });

  it('sends nothing at all when it was told to stop before', async () => {
    await start();

    const session = createSink(receiver).open(cycle, { signal: AbortSignal.abort(outcome) });
    await session.write(createSeries(10));
    const delivery = await session.close(outcome);

    expect(delivery).toMatchObject({ status: 'failed', failed: 10 });
    expect(receiver.requests).toEqual([]);
  });
});

async function start(options: FakeReceiverOptions = {}): Promise<void> {
  receiver = await startFakeReceiver(options);
}

function createSink({ url }: FakeReceiver, options: Partial<RemoteWriteSinkOptions> = {}): Sink {
  return createRemoteWriteSink({ url, userAgent: 'kubescape-push/0.1.0', ...options });
}

function createSeries(count: number): Series[] {
  const family = { name: 'ks_score', help: 'h', type: 'gauge' } as const;
  return Array.from({ length: count }, (_, i) => ({
    family,
    labels: [{ name: 'index', value: String(i) }],
    value: i,
  }));
}
