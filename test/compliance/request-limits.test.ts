import { describe, expect, it } from 'vitest';

import { decodeBody } from '../support/fake-receiver/decode-body.ts';
import { useReceivers } from '../support/fake-receiver/use-receivers.ts';
import { type RecordedAnswer, useRecordingServers } from '../support/network/recording-server.ts';
import { createClock } from '../support/remote-write/waiting-clock.ts';
import { createSender, gauges, NOW, send } from './sender.ts';

const WRITTEN = 'X-Prometheus-Remote-Write-Samples-Written';

const start = useRecordingServers();
const startReceiver = useReceivers();

describe('S2: a receiver that answers 400 to large requests', () => {
  it.each([
    'snappy: decoded length 41537780 exceeds limit 33554432',
    'received message larger than max (2883748 vs 1000000)',
    'cannot read prometheus remote_write data: too big data size 35890 exceeding 4096 bytes',
    'write request too large',
  ])('gets smaller requests: %s', async (body) => {
    const { url, stored } = await startLimited(25, () => ({ status: 400, body }));

    const delivery = await send(createSender({ url }), gauges(100));

    expect(delivery).toMatchObject({ status: 'delivered', sent: 100, rejected: 0 });
    expect(stored.reduce((sum, samples) => sum + samples, 0)).toBe(100);
  });

  it.each([
    'label value too long for metric (actual: 34, limit: 20)',
    'per-user series limit of 100 exceeded',
    'out of bounds: timestamp is too far in the future',
  ])('gets no smaller requests if the reason differs: %s', async (body) => {
    const receiver = await startReceiver({ otherwise: { status: 400, body } });

    await send(createSender(receiver, { protocol: '1.0', sendMetadata: false }), gauges(100));

    expect(receiver.requests).toHaveLength(1);
  });
});

describe('S2, H7: a rate limit whose burst is below the size of a request', () => {
  it.each`
    receiver     | burst  | reason
    ${'Mimir'}   | ${300} | ${(items: number) => `exceeded the ingestion rate limit, set to 100 items/s with a maximum allowed burst of 300 (sent ${items})`}
    ${'Cortex'}  | ${300} | ${(items: number) => `ingestion rate limit (100) exceeded while adding ${items} samples and 0 metadata`}
    ${'another'} | ${300} | ${() => 'slow down'}
  `('gets smaller requests: $receiver', async ({ burst, reason }: BurstCase) => {
    const { url, stored } = await startLimited(burst, (items) => ({
      status: 429,
      body: reason(items),
    }));
    const { runtime } = createClock();

    const delivery = await send(createSender({ url }, {}, runtime), gauges(1000));

    expect(delivery).toMatchObject({ status: 'delivered', sent: 1000, pending: 0 });
    expect(Math.max(...stored)).toBeLessThanOrEqual(burst);
  });

  it('gets the whole request again if that is below the burst', async () => {
    const body = 'limit, set to 1000 items/s with a maximum allowed burst of 200000';
    const receiver = await startReceiver({
      answers: [
        { status: 429, body },
        { status: 429, body },
      ],
    });

    const delivery = await send(createSender(receiver), gauges(1000));

    expect(receiver.requests.map(({ series }) => series.length)).toEqual([1000, 1000, 1000]);
    expect(delivery).toMatchObject({ status: 'delivered', sent: 1000 });
  });

  it('gets resends without metadata if it counts metadata', async () => {
    const { url, bodies } = await startCountingMetadata(200);
    const { runtime } = createClock();
    const sink = createSender({ url }, { resends: true }, runtime);

    const delivery = await send(sink, gauges(500));
    const before = bodies.length;
    const cycle = { timestampMs: NOW + 60_000, cluster: 'c1' };
    const { signal } = new AbortController();
    const resent = await sink.resend?.({ cycle, withResults: true, selfSeries: () => [], signal });

    expect(delivery).toMatchObject({ status: 'delivered', sent: 500 });
    expect(resent).toMatchObject({ status: 'delivered', sent: 500, rejected: 0 });
    const series = bodies.slice(before).flatMap((body) => decodeBody(body, '2.0').series);
    expect(new Set(series.map(({ metadata }) => metadata?.type))).toEqual(new Set([0]));
    expect(series).toHaveLength(500);
  });
});

interface BurstCase {
  readonly burst: number;
  readonly reason: (items: number) => string;
}

/** A receiver of 2.0 that accepts requests with at most this number of samples. */
async function startLimited(maxSamples: number, reject: (items: number) => RecordedAnswer) {
  const stored: number[] = [];
  const { url } = await start({
    answer({ body }) {
      const { length } = decodeBody(body, '2.0').series;
      if (length > maxSamples) return reject(length);
      stored.push(length);
      return { status: 204, headers: { [WRITTEN]: String(length) } };
    },
  });
  return { url, stored };
}

/** Answers as Cortex does when samples and metadata together exceed its limit. */
async function startCountingMetadata(limit: number) {
  const bodies: Buffer[] = [];
  const { url } = await start({
    answer({ body }) {
      const { series } = decodeBody(body, '2.0');
      const metadata = series.filter((one) => one.metadata?.type !== 0).length;
      if (series.length + metadata > limit) {
        const reason = `ingestion rate limit (${limit}) exceeded while adding ${series.length} samples and ${metadata} metadata`;
        return { status: 429, body: reason };
      }
      bodies.push(body);
      return { status: 204, headers: { [WRITTEN]: String(series.length) } };
    },
  });
  return { url, bodies };
}
