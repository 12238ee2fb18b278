import snappyJs from 'snappyjs';
import { describe, expect, it } from 'vitest';

import { useReceivers } from '../support/fake-receiver/use-receivers.ts';
import { createSender, gauge, gauges, send, settings } from './sender.ts';

const startReceiver = useReceivers();

describe.each(settings)('batches of a sender with protocol %s', (protocol) => {
  it('E13: contain as many samples as those of vmagent, and each series once', async () => {
    const receiver = await startReceiver();

    await send(createSender(receiver, { protocol, sendMetadata: false }), gauges(20_500));

    expect(receiver.violations).toEqual([]);
    const sizes = receiver.requests.map(({ series }) => series.length);
    expect(sizes.toSorted((a, b) => b - a)).toEqual([10_000, 10_000, 500]);
    expect(new Set(receiver.samples.map(({ labels }) => labels['index'])).size).toBe(20_500);
  });

  it('E13: are closed at the maximum size before compression', async () => {
    const receiver = await startReceiver();
    const maxBytesPerSend = 20_000;
    const series = gauges(1000).map(({ labels, ...rest }) => ({
      ...rest,
      labels: [...labels, { name: 'zz', value: `${labels[1]?.value}${'x'.repeat(900)}` }],
    }));

    await send(createSender(receiver, { protocol, maxBytesPerSend }), series);

    const sizes = receiver.requests.map(({ body }) => snappyJs.uncompress(body).byteLength);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(maxBytesPerSend);
    expect(sizes.length).toBeGreaterThan(40);
    expect(receiver.samples).toHaveLength(1000);
  });

  it('E14: are never empty, even after a full last batch', async () => {
    const receiver = await startReceiver();
    const options = { protocol, maxSamplesPerSend: 10, sendMetadata: false };

    await send(createSender(receiver, options), gauges(20));

    expect(receiver.requests.map(({ series }) => series.length)).toEqual([10, 10]);
  });

  it('S2: are halved after 413, and stay smaller', async () => {
    const receiver = await startReceiver({ answers: [{ status: 413 }, { status: 413 }] });
    const options = { protocol, maxSamplesPerSend: 100, concurrency: 1, sendMetadata: false };
    const sink = createSender(receiver, options);

    const delivery = await send(sink, gauges(100));
    await send(sink, gauges(100), { timestampMs: 1_700_000_060_000 });

    expect(delivery).toMatchObject({ status: 'delivered', sent: 100, rejected: 0 });
    expect(receiver.violations).toEqual([]);
    expect(receiver.requests.map(({ series }) => series.length)).toEqual([
      ...[100, 50, 25, 25, 50],
      ...[25, 25, 25, 25],
    ]);
  });

  it('S2: are rejected if a single series is too large', async () => {
    const receiver = await startReceiver({ otherwise: { status: 413 } });

    const delivery = await send(createSender(receiver, { protocol, sendMetadata: false }), [
      gauge({}),
    ]);

    expect(receiver.requests).toHaveLength(1);
    expect(delivery).toMatchObject({ status: 'failed', sent: 0, rejected: 1 });
  });
});
