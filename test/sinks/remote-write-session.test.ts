import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, describe, expect, it } from 'vitest';

import type { Series } from '../../src/metrics/series.ts';
import { ClockGuard } from '../../src/remote-write/delivery/clock-guard.ts';
import type { CycleStore } from '../../src/remote-write/push-store/cycle-store.ts';
import { DeliveryRecorder } from '../../src/sinks/delivery-recorder.ts';
import { RemoteWriteSession } from '../../src/sinks/remote-write-session.ts';
import {
  createRemoteWriteSink,
  type RemoteWriteSinkOptions,
} from '../../src/sinks/remote-write-sink.ts';
import { SinkCounters } from '../../src/sinks/sink-counters.ts';
import type { CycleInfo, Delivery, Sink, SinkSession } from '../../src/sinks/sink.ts';
import {
  type FakeReceiver,
  type FakeReceiverOptions,
  startFakeReceiver,
} from '../support/fake-receiver/fake-receiver.ts';
import { ModelReceiver } from '../support/remote-write/model-receiver.ts';
import { createReceiver } from '../support/remote-write/receiver-world.ts';
import { outcome } from '../support/sinks/cycle-outcome.ts';

const cycle: CycleInfo = { timestampMs: 1_700_000_000_000, cluster: 'c1' };
const signal = new AbortController().signal;

let receiver: FakeReceiver;
afterEach(async () => receiver.close());

describe('RemoteWriteSession', () => {
  it('stops sending when the source fails', async () => {
    await start({ otherwise: 'hang' });
    const session = createSink(receiver, { maxSamplesPerSend: 10 }).open(cycle, { signal });
    await session.write(createSeries(95));

    const delivery = await session.abort(outcome);

    expect(delivery).toMatchObject({ status: 'failed', sent: 0, pending: 95 });
    expect(delivery.errors).toEqual(['not sent: stopped before the receiver answered (10 times)']);
    expect(receiver.requests.length).toBeLessThanOrEqual(2);
  });

  it('fails if the source fails before the first series', async () => {
    await start();

    const delivery = await createSink(receiver).open(cycle, { signal }).abort(outcome);

    expect(delivery).toMatchObject({ status: 'failed', sent: 0, rejected: 0 });
    expect(receiver.requests).toEqual([]);
  });

  it('stops waiting for a retry when aborted', async () => {
    await start({ otherwise: { status: 503, headers: { 'retry-after': '60' } } });
    const controller = new AbortController();
    const sink = createSink(receiver);
    const session = sink.open(cycle, { signal: controller.signal });
    await session.write(createSeries(10));

    setTimeout(() => controller.abort(outcome), 50);
    const delivery = await session.close(outcome);

    expect(delivery).toMatchObject({ status: 'failed', pending: 10 });
  });

  it('lets the next session start even if closing throws', async () => {
    await start();
    const sink = createSink(receiver, { resends: true });
    const failing = sink.open(cycle, { signal }).close({ isComplete: true, selfSeries: fail });
    const next = sink.open(cycle, { signal });
    await next.write(createSeries(10));

    await expect(failing).rejects.toThrow('a bug');
    expect(await next.close(outcome)).toMatchObject({ status: 'delivered', sent: 10 });
  });

  it('lets the next session start even if it cannot start itself', async () => {
    await start();
    const store: CycleStore = {
      hashSeed: { high: 0, low: 0 },
      last: undefined,
      pending: [],
      persistsPending: false,
      latestMs: -Infinity,
      begin: fail,
      recordTimestamp: fail,
    };
    const { clients } = new ModelReceiver({
      script: [],
      onVersionTwo: 'knows',
      maxSamples: 100,
      onStop: fail,
    });
    const observer = { onWarning: fail, onDropped: fail };
    const broken = createReceiver({ clients, store, now: Date.now, ...observer });
    const labels = broken.options.labels;
    const counters = new SinkCounters();
    const guard = new ClockGuard(Date.now);
    const recorder = new DeliveryRecorder({ name: 'mimir', counters, guard, labels });

    const session = new RemoteWriteSession({
      receiver: broken,
      timestampMs: 1,
      signal,
      recorder,
    });

    await expect(session.close(outcome)).rejects.toThrow('a bug');
    const unlock = await broken.lock();
    expect(unlock).toBeTypeOf('function');
  });

  it('starts after the previous session has ended, with a later timestamp', async () => {
    await start();
    const sink = createSink(receiver, { resends: true });
    const first = sink.open(cycle, { signal });
    const second = sink.open(cycle, { signal });

    const later = deliver(second);
    await sleep(50);
    expect(receiver.requests).toEqual([]);
    await deliver(first);
    await later;

    expect(receiver.violations).toEqual([]);
    const times = receiver.samples.map(({ timestampMs }) => timestampMs - cycle.timestampMs);
    expect(times).toEqual([0, 0, 0, 1, 1, 1]);
  });

  it('sends nothing if the signal was aborted before it started', async () => {
    await start();

    const session = createSink(receiver).open(cycle, { signal: AbortSignal.abort(outcome) });
    await session.write(createSeries(10));
    const delivery = await session.close(outcome);

    expect(delivery).toMatchObject({ status: 'failed', pending: 10 });
    expect(receiver.requests).toEqual([]);
  });
});

async function deliver(session: SinkSession): Promise<Delivery> {
  await session.write(createSeries(3));
  return session.close(outcome);
}

function fail(): never {
  throw new Error('a bug');
}

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
