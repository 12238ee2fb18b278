import snappyJs from 'snappyjs';
import { describe, expect, it } from 'vitest';

import type { Series } from '../../src/metrics/series.ts';
import { decodeRequestV2 } from '../../src/remote-write/wire/decode-v2.ts';
import { useReceivers } from '../support/fake-receiver/use-receivers.ts';
import { createSender, family, gauge, gauges, NOW, send } from './sender.ts';

const GAUGE = 2;

const startReceiver = useReceivers();

describe.each(['2.0', 'auto'] as const)(
  'a 2.0 request of a sender with protocol %s',
  (protocol) => {
    it('E12: contains type and help with every series, including stale markers', async () => {
      const receiver = await startReceiver();
      const sink = createSender(receiver, { protocol, resends: true });

      await send(sink, [gauge({ index: '1' }), silent()]);
      await send(sink, [gauge({ index: '1' })], { timestampMs: NOW + 1 });

      expect(receiver.violations).toEqual([]);
      const told = receiver.requests.flatMap(({ series }) =>
        series.map(({ metadata }) => metadata),
      );
      expect(told).toEqual([
        { type: GAUGE, help: 'A score.' },
        { type: GAUGE, help: '' },
        { type: GAUGE, help: 'A score.' },
        { type: GAUGE, help: '' },
      ]);
      expect(receiver.requests.flatMap(({ families }) => families ?? [])).toEqual([]);
    });

    it('E12: contains a start time for counters, and for nothing else', async () => {
      const receiver = await startReceiver();
      const counter = {
        ...gauge({ index: '1' }),
        family: { ...family, type: 'counter' },
        startMs: NOW - 5,
      } as const;

      await send(createSender(receiver, { protocol }), [counter, gauge({ index: '2' })]);

      const [request] = receiver.requests;
      const message = snappyJs.uncompress(request?.body ?? Buffer.alloc(0));
      expect(decodeRequestV2(message).map(({ startMs }) => startMs)).toEqual([NOW - 5, undefined]);
    });

    it('E11: has its own symbol table: the empty string first, each string once and used', async () => {
      const receiver = await startReceiver();

      await send(createSender(receiver, { protocol, maxSamplesPerSend: 100 }), gauges(300));

      // The receiver checks for invalid references, an odd number of references, and duplicate strings.
      expect(receiver.violations).toEqual([]);
      expect(receiver.requests).toHaveLength(3);
      for (const { symbols = [], series } of receiver.requests) {
        const used = series.flatMap(({ labels, metadata }) => [
          ...labels.flatMap(({ name, value }) => [name, value]),
          metadata?.help ?? '',
        ]);
        expect(symbols[0]).toBe('');
        expect(new Set(symbols)).toEqual(new Set(['', ...used]));
        expect(symbols.length).toBeLessThan(series.length + 10);
      }
    });
  },
);

describe('metadata of 1.0', () => {
  it('E12: is sent in a separate request, once per metric family and cycle', async () => {
    const receiver = await startReceiver();

    await send(createSender(receiver, { protocol: '1.0' }), [...gauges(5), silent()]);

    expect(receiver.violations).toEqual([]);
    expect(receiver.requests.map(({ series, families }) => [series.length, families])).toEqual([
      [6, []],
      [
        0,
        [
          { name: 'ks_score', type: GAUGE, help: 'A score.' },
          { name: 'ks_silent', type: GAUGE, help: '' },
        ],
      ],
    ]);
  });

  it('E12: is split into requests of two thousand', async () => {
    const receiver = await startReceiver();
    const series = Array.from({ length: 4001 }, (_, i) => ({
      ...gauge({}),
      family: { ...family, name: `ks_${i}` },
    }));

    await send(createSender(receiver, { protocol: '1.0' }), series);

    expect(receiver.violations).toEqual([]);
    const counts = receiver.requests.flatMap(({ families = [] }) => families.length);
    expect(counts.filter((count) => count > 0)).toEqual([2000, 2000, 1]);
  });

  // The ending series is decoded from a 1.0 request, which contains no metadata, so the metadata
  // of its family must not be overwritten (MetadataCollector in push/metadata-collector.ts).
  it('E12: is the same in a cycle in which a series ends', async () => {
    const receiver = await startReceiver();
    const sink = createSender(receiver, { protocol: '1.0', resends: true });

    await send(sink, gauges(2));
    await send(sink, gauges(1), { timestampMs: NOW + 1 });

    const told = receiver.requests.flatMap(({ families = [] }) => families);
    expect(told).toEqual([
      { name: 'ks_score', type: GAUGE, help: 'A score.' },
      { name: 'ks_score', type: GAUGE, help: 'A score.' },
    ]);
  });

  it('E12: is not a sample, so a rejection causes a warning and loses nothing', async () => {
    const receiver = await startReceiver({
      answers: [{ status: 204 }, { status: 400, body: 'help is too long' }],
    });

    const delivery = await send(createSender(receiver, { protocol: '1.0' }), gauges(5));

    expect(receiver.requests).toHaveLength(2);
    expect(delivery).toMatchObject({ status: 'delivered', sent: 5, rejected: 0, errors: [] });
    expect(delivery.warnings).toEqual([
      expect.stringMatching(/^metadata was rejected.*400.*help is too long/),
    ]);
  });

  it('E12: is not sent to an unavailable receiver', async () => {
    const receiver = await startReceiver({ otherwise: { status: 503 } });
    const sender = createSender(receiver, { protocol: '1.0', retryBudgetMs: 0 });

    const delivery = await send(sender, gauges(5), { own: [silent()] });

    expect(receiver.requests).toHaveLength(1);
    expect(delivery.warnings).toEqual([]);
  });

  it('E12: can be switched off', async () => {
    const receiver = await startReceiver();

    await send(createSender(receiver, { protocol: '1.0', sendMetadata: false }), gauges(5));

    expect(receiver.requests).toHaveLength(1);
    expect(receiver.requests[0]?.families).toEqual([]);
  });
});

/** A series of another metric family, without help. */
function silent(): Series {
  return { ...gauge({}), family: { name: 'ks_silent', help: '', type: 'gauge' } };
}
