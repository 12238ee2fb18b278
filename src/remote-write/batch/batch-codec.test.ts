import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { METRIC_NAME } from '../labels/labels.ts';
import { STALE, type TimeSeries } from '../time-series.ts';
import { snappyJs } from '../wire/compress.ts';
import type { Protocol } from '../wire/protocol.ts';
import { remoteWriteV1, remoteWriteV2 } from '../wire/protocols.ts';
import { BatchCodec } from './batch-codec.ts';

const codec = new BatchCodec(snappyJs);
const NOW = 1_700_000_000_000;

describe.each([remoteWriteV1, remoteWriteV2])('BatchCodec of $version', (protocol) => {
  it('creates as many batches as the limits require, without losing series', () => {
    const limits = fc.record({ maxSamples: fc.integer({ min: 1, max: 9 }), maxBytes: fc.nat(300) });
    fc.assert(
      fc.property(fc.nat(40), limits, (count, given) => {
        const all = createSeries(count);
        const batches = [...codec.encode(all, protocol, given)];

        expect(batches.flatMap((batch) => codec.decode(batch))).toEqual(carriedBy(protocol, all));
        for (const batch of batches) {
          expect(batch.samples).toBe(codec.decode(batch).length);
          expect(batch.samples).toBeLessThanOrEqual(given.maxSamples);
        }
      }),
    );
  });

  it('puts a series that exceeds the limit into its own batch', () => {
    const huge = { name: 'x', value: 'x'.repeat(31 * 2 ** 20) };
    const first = createOne(0);
    const series = [{ ...first, labels: [...first.labels, huge] }, createOne(1), createOne(2)];

    const samples = [...codec.encode(series, protocol, { maxSamples: 9, maxBytes: 1000 })].map(
      (batch) => batch.samples,
    );

    expect(samples).toEqual([1, 2]);
  });

  it('extracts only the wanted series', () => {
    const all = createSeries(10);
    const batch = encodeAll(all, protocol);

    const wanted = codec.decode(batch, (index) => index % 3 === 1);

    const expected = carriedBy(protocol, all).filter((_, index) => index % 3 === 1);
    expect(wanted).toEqual(expected);
  });

  it.each([NOW + 60_000, 5])('changes the timestamp of a batch to %i', (timestampMs) => {
    const all = createSeries(10);

    const batch = codec.restamp(encodeAll(all, protocol), timestampMs);

    expect(batch.samples).toBe(10);
    const expected = carriedBy(protocol, all).map((one) => ({ ...one, timestampMs }));
    expect(codec.decode(batch)).toEqual(expected);
  });
});

describe('BatchCodec', () => {
  it('adds no metadata to a batch of 1.0 that is sent as 2.0', () => {
    const one = createOne(0);
    const first = encodeAll([one], remoteWriteV1);
    const second = encodeAll(codec.decode(first), remoteWriteV2);

    expect(codec.decode(second)).toEqual([{ ...one, metadata: { type: 'unknown', help: '' } }]);
  });
});

/** 1.0 requests do not contain the types of series. */
function carriedBy({ version }: Protocol, series: readonly TimeSeries[]): TimeSeries[] {
  if (version === '2.0') return [...series];
  return series.map((one) => ({ ...one, metadata: { type: 'unknown', help: '' } }));
}

function encodeAll(series: readonly TimeSeries[], protocol: Protocol) {
  const [batch] = codec.encode(series, protocol, { maxSamples: Infinity, maxBytes: Infinity });
  if (batch === undefined) throw new Error('no series');
  return batch;
}

function createSeries(count: number): TimeSeries[] {
  return Array.from({ length: count }, (_, i) => createOne(i));
}

function createOne(i: number): TimeSeries {
  return {
    labels: [
      { name: METRIC_NAME, value: 'ks_score' },
      { name: 'index', value: String(i) },
    ],
    metadata: { type: 'gauge', help: 'h' },
    value: i % 4 === 3 ? STALE : i,
    timestampMs: NOW,
  };
}
