import fc from 'fast-check';
import snappy from 'snappy';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';

import { decodeV1 } from '../../../test/support/fake-receiver/decode-v1.ts';
import { toNumber } from '../../../test/support/fake-receiver/decoded.ts';
import { golden } from '../../../test/support/fake-receiver/golden.ts';
import { encode, toHex, valueBits } from '../../../test/support/remote-write/wire-bytes.ts';
import { STALE, type TimeSeries } from '../time-series.ts';
import { compressSnappyBlock } from './compress.ts';
import { remoteWriteV1 } from './protocols.ts';

const NOW = 1_700_000_000_000;
const score = [
  ['__name__', 'ks_score'],
  ['cluster', 'c1'],
] as const;
const zoned = [
  ['Zone', 'z'],
  ['__name__', 'ks_score'],
  ['cluster', 'ü'],
] as const;

describe('E1: a message of remote write 1.0', () => {
  it.each`
    what                | series                        | hex
    ${'a sample'}       | ${createSeries(score, 42.5)}  | ${golden.v1}
    ${'a stale marker'} | ${createSeries(score, STALE)} | ${golden.v1Stale}
    ${'zero, left out'} | ${createSeries(zoned, 0)}     | ${golden.v1Zero}
  `('writes $what byte for byte', ({ series, hex }: { series: TimeSeries; hex: string }) => {
    expect(toHex(encode(remoteWriteV1, [series]))).toBe(hex);
  });

  it('is compressed to the bytes that other implementations of snappy produce', () => {
    const body = compressSnappyBlock(encode(remoteWriteV1, [createSeries(score, 42.5)]));

    expect(toHex(body)).toBe(`39e0${golden.v1}`);
  });

  it.each(valueBits)('writes the bits of $bits', ({ value, bits }) => {
    expect(toHex(encode(remoteWriteV1, [createSeries(score, value)]))).toContain(`1009${bits}10`);
  });

  it('never writes an ordinary NaN as stale, whatever its payload', () => {
    const staleBits = new Float64Array(new BigUint64Array([0x7ff0_0000_0000_0002n]).buffer);

    const bytes = encode(remoteWriteV1, [createSeries(score, staleBits[0] ?? 0)]);

    expect(toHex(bytes)).toContain('1009010000000000f87f10');
  });

  it('writes nothing for no series', () => {
    expect(encode(remoteWriteV1, [])).toHaveLength(0);
  });

  it('is read back unchanged by the schema and the native snappy', () => {
    fc.assert(
      fc.property(fc.array(arbitrarySeries()), (series) => {
        const body = compressSnappyBlock(encode(remoteWriteV1, series));

        const { series: decoded, violations } = decodeV1(Buffer.from(snappy.uncompressSync(body)));

        expect(violations).toEqual([]);
        expect(
          decoded.map(({ labels, samples }) => ({
            labels,
            samples: samples.map(({ bits, timestampMs }) => [toNumber(bits), timestampMs]),
          })),
        ).toEqual(
          series.map(({ labels, value, timestampMs }) => ({
            labels,
            samples: [[value, timestampMs]],
          })),
        );
      }),
    );
  });
});

describe('E5: names in remote write 1.0', () => {
  it('are escaped, even between series with valid names', () => {
    const valid = createSeries(
      [
        ['__name__', 'a'],
        ['b', '1'],
      ],
      1,
    );
    const invalid = createSeries(
      [
        ['__name__', 'a'],
        ['b', '1'],
        ['c.d', '2'],
        ['é', '3'],
      ],
      1,
    );
    const escaped = createSeries(
      [
        ['_', '3'],
        ['__name__', 'a'],
        ['b', '1'],
        ['c_d', '2'],
      ],
      1,
    );

    expect(encode(remoteWriteV1, [valid, invalid, invalid, valid])).toEqual(
      encode(remoteWriteV1, [valid, escaped, escaped, valid]),
    );
  });
});

describe('RequestEncoder of remote write 1.0', () => {
  it('does not change a message if a series does not fit', () => {
    const encoder = remoteWriteV1.createEncoder();
    const size = golden.v1.length / 2;

    expect(encoder.tryAdd(createSeries(score, 42.5), size)).toBe(true);
    expect(encoder.tryAdd(createSeries(zoned, 0), 2 * size)).toBe(false);
    expect(encoder.tryAdd(createSeries(score, 42.5), 2 * size - 1)).toBe(false);
    expect(encoder.tryAdd(createSeries(score, 42.5), 2 * size)).toBe(true);
    expect(toHex(encoder.finish())).toBe(golden.v1 + golden.v1);
  });

  it('measures a series to the byte, even if a length takes more bytes', () => {
    for (const length of [1, 90, 100, 127, 128, 16_000, 16_300, 16_384, 70_000]) {
      const series = createSeries([...score, ['d', 'x'.repeat(length)]], 1);
      const size = encode(remoteWriteV1, [series]).length;

      expect(remoteWriteV1.createEncoder().tryAdd(series, size - 1)).toBe(false);
      expect(remoteWriteV1.createEncoder().tryAdd(series, size)).toBe(true);
    }
  });

  it('begins a new message after each finished one', () => {
    const encoder = remoteWriteV1.createEncoder();
    encoder.tryAdd(createSeries(score, 42.5), Infinity);
    encoder.finish();

    expect(encoder.finish()).toHaveLength(0);
    encoder.tryAdd({ ...createSeries(score, 1), timestampMs: 1 }, Infinity);
    encoder.finish();
    encoder.tryAdd(createSeries(zoned, 0), Infinity);
    expect(toHex(encoder.finish())).toBe(golden.v1Zero);
  });
});

describe('the package prometheus-remote-write', () => {
  it('decodes our bytes to the same series', async () => {
    const { deserialize } = Peer.parse(await import('prometheus-remote-write'));
    const all = [createSeries(score, 42.5), createSeries(zoned, 0), createSeries(score, -1e-300)];

    const decoded = toPlain(await deserialize(encode(remoteWriteV1, all)));

    expect(decoded).toMatchObject({
      timeseries: all.map(({ labels, value }) => ({
        labels,
        samples: [{ ...(value !== 0 && { value }), timestamp: String(NOW) }],
      })),
    });
  });

  it('encodes the same series to our bytes', async () => {
    const { serialize } = Peer.parse(await import('prometheus-remote-write'));
    const labels = score.map(([name, value]) => ({ name, value }));
    const samples = [{ value: 42.5, timestamp: NOW }];

    expect(toHex(await serialize({ timeseries: [{ labels, samples }] }))).toBe(golden.v1);
  });
});

/** The package's types do not match the arguments of its functions. */
const Peer = z.object({
  serialize: z.custom<(message: unknown) => Promise<Uint8Array>>(isFunction),
  deserialize: z.custom<(bytes: Uint8Array) => Promise<unknown>>(isFunction),
});

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}

/**
 * Converts through JSON, because decoded messages are instances of classes and contain longs as objects.
 */
function toPlain(message: unknown): unknown {
  return JSON.parse(JSON.stringify(message));
}

function arbitrarySeries(): fc.Arbitrary<TimeSeries> {
  const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 200 });
  const name = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_]{0,20}$/);
  const label = fc.record({ name, value: text });
  return fc.record({
    labels: fc.array(label),
    metadata: fc.constant({ type: 'gauge', help: '' } as const),
    value: fc.double(),
    timestampMs: fc.oneof(fc.maxSafeInteger(), fc.constant(NOW)),
  });
}

function createSeries(
  pairs: readonly (readonly [string, string])[],
  value: TimeSeries['value'],
): TimeSeries {
  const labels = pairs.map(([name, labelValue]) => ({ name, value: labelValue }));
  return { labels, metadata: { type: 'gauge', help: 'h' }, value, timestampMs: NOW };
}
