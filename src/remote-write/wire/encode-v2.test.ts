import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { decodeV2 } from '../../../test/support/fake-receiver/decode-v2.ts';
import { golden } from '../../../test/support/fake-receiver/golden.ts';
import { encode, toHex, valueBits } from '../../../test/support/remote-write/wire-bytes.ts';
import { sortLabels } from '../labels/labels.ts';
import { STALE, type TimeSeries } from '../time-series.ts';
import { remoteWriteV1, remoteWriteV2 } from './protocols.ts';

const NOW = 1_700_000_000_000;

describe('E1: a message of remote write 2.0', () => {
  it.each`
    what                | series                                          | hex
    ${'a sample'}       | ${createSeries({}, 42.5)}                       | ${golden.v2}
    ${'a stale marker'} | ${createSeries({}, STALE)}                      | ${golden.v2Stale}
    ${'zero, left out'} | ${createSeries({ Zone: 'z', cluster: 'ü' }, 0)} | ${golden.v2Zero}
  `('writes $what byte for byte', ({ series, hex }: { series: TimeSeries; hex: string }) => {
    expect(toHex(encode(remoteWriteV2, [series]))).toBe(hex);
  });

  it.each(valueBits)('E10: writes the bits of $bits', ({ value, bits }) => {
    const hex = toHex(encode(remoteWriteV2, [createSeries({}, value)]));
    expect(hex).toContain(`1009${bits}10`);
  });

  it('E12: omits an empty help text, but never the type', () => {
    const series = { ...createSeries({}, 1), metadata: { type: 'counter', help: '' } as const };

    expect(toHex(encode(remoteWriteV2, [series]))).toMatch(/2a020801$/);
  });

  it('E12: writes the start of a counter after its timestamp, and reads it back', () => {
    const series = { ...createSeries({}, 1), startMs: NOW };
    const message = encode(remoteWriteV2, [series]);

    expect(toHex(message)).toContain('1080d095ffbc31'.concat('1880d095ffbc31'));
    expect(remoteWriteV2.decode(message)).toEqual([series]);
    expect(encode(remoteWriteV1, [series])).toEqual(encode(remoteWriteV1, [createSeries({}, 1)]));
  });

  it('E11: starts each request with a new table, whose first entry is the empty string', () => {
    const encoder = remoteWriteV2.createEncoder();
    encoder.tryAdd(createSeries({ cluster: 'a' }, 1), Infinity);
    encoder.finish();
    const second = createSeries({ cluster: 'b' }, 2);
    encoder.tryAdd(second, Infinity);

    expect(toHex(encoder.finish())).toBe(toHex(encode(remoteWriteV2, [second])));
  });

  it('E11: removes the symbols of a series that does not fit', () => {
    const encoder = remoteWriteV2.createEncoder();
    const first = createSeries({ cluster: 'a' }, 1);
    const size = encode(remoteWriteV2, [first]).length;

    expect(encoder.tryAdd(first, size)).toBe(true);
    expect(encoder.tryAdd(createSeries({ cluster: 'b', zone: 'c' }, 2), size)).toBe(false);
    expect(encoder.tryAdd(createSeries({ cluster: 'a' }, 3), 2 * size)).toBe(true);

    const expected = encode(remoteWriteV2, [first, createSeries({ cluster: 'a' }, 3)]);
    expect(toHex(encoder.finish())).toBe(toHex(expected));
  });

  it('E13: measures requests to the byte', () => {
    fc.assert(
      fc.property(fc.array(anySeries(), { minLength: 1, maxLength: 20 }), (all) => {
        const size = encode(remoteWriteV2, all).length;
        const encoder = remoteWriteV2.createEncoder();
        const last = all.at(-1) ?? createSeries({}, 0);
        for (const one of all.slice(0, -1)) encoder.tryAdd(one, Infinity);

        expect(encoder.tryAdd(last, size - 1)).toBe(false);
        expect(encoder.tryAdd(last, size)).toBe(true);
        expect(toHex(encoder.finish())).toBe(toHex(encode(remoteWriteV2, all)));
      }),
    );
  });

  it('can be decoded with the schema and with our own decoder, whatever the series are', () => {
    fc.assert(
      fc.property(fc.array(anySeries(), { maxLength: 30 }), (all) => {
        const message = encode(remoteWriteV2, all);
        const { series, violations } = decodeV2(Buffer.from(message));

        expect(violations).toEqual([]);
        expect(series.map(({ labels }) => labels)).toEqual(all.map(({ labels }) => labels));
        expect(remoteWriteV2.decode(message)).toEqual(all);
      }),
    );
  });

  it('distinguishes 70,000 symbols', () => {
    const all = Array.from({ length: 70_000 }, (_, i) => createSeries({ pod: `pod-${i}` }, i));

    expect(remoteWriteV2.decode(encode(remoteWriteV2, all))).toEqual(all);
  });
});

function anySeries(): fc.Arbitrary<TimeSeries> {
  const text = fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme' });
  return fc.record({
    labels: fc
      .dictionary(fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_]{0,3}$/), text, { maxKeys: 6 })
      .map((labels) => createSeries(labels, 0).labels),
    metadata: fc.record({
      type: fc.constantFrom('counter', 'gauge', 'info', 'stateset'),
      help: fc.string({ maxLength: 5 }),
    }),
    value: fc.oneof(fc.double(), fc.constant<typeof STALE>(STALE), fc.constantFrom(0, -0, 1)),
    timestampMs: fc.constantFrom(0, 1, NOW, NOW + 1, 4_398_046_511_104),
  });
}

function createSeries(
  labels: Readonly<Record<string, string>>,
  value: TimeSeries['value'],
): TimeSeries {
  const all = { cluster: 'c1', ...labels, __name__: 'ks_score' };
  return {
    labels: sortLabels(Object.entries(all).map(([name, text]) => ({ name, value: text }))),
    metadata: { type: 'gauge', help: 'h' },
    value,
    timestampMs: NOW,
  };
}
