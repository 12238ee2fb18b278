import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { encode, toHex } from '../../../test/support/remote-write/wire-bytes.ts';
import type { TimeSeries } from '../time-series.ts';
import { snappyJs } from './compress.ts';
import { loadSnappy } from './load-snappy.ts';
import { remoteWriteV1, remoteWriteV2 } from './protocols.ts';
import { StampPatch } from './stamp-patch.ts';

const NOW = 1_795_300_000_000;
/** Its first two bytes on the wire are the same. */
const REPETITIVE = 1 + 2 ** 7 + 49 * 2 ** 35;
const native = await loadSnappy();

describe.each([remoteWriteV1, remoteWriteV2])('StampPatch, remote write $version', (protocol) => {
  it.each([snappyJs, native])(
    'restamps a large request of $name in its packed form',
    (compressor) => {
      const body = Uint8Array.from(compressor.compress(encode(protocol, series(2000, NOW))));

      const patch = StampPatch.find(body, { protocol, compressor });

      const patched = patch?.apply(body, NOW + 60_000) ?? new Uint8Array();
      expect(toHex(compressor.uncompress(patched))).toBe(
        toHex(encode(protocol, series(2000, NOW + 60_000))),
      );
      expect(toHex(compressor.uncompress(body))).toBe(toHex(encode(protocol, series(2000, NOW))));
    },
  );

  it('is right or not there, whatever the request holds', () => {
    const value = fc.oneof(fc.double(), fc.constantFrom(0, 1, NOW));
    const label = fc.oneof(fc.string({ maxLength: 9 }), fc.constantFrom(String(NOW), 'a'));
    const samples = fc.array(fc.tuple(label, value), { minLength: 1, maxLength: 40 });
    const times = fc.integer({ min: NOW - 10 ** 9, max: NOW + 10 ** 9 });
    let found = 0;
    fc.assert(
      fc.property(samples, times, times, (all, fromMs, toMs) => {
        function at(timestampMs: number): TimeSeries[] {
          return all.map(([name, one]) => toSeries(name, one, timestampMs));
        }
        const body = snappyJs.compress(encode(protocol, at(fromMs)));
        const patch = StampPatch.find(body, { protocol, compressor: snappyJs });
        const patched = patch?.apply(body, toMs);
        if (patched === undefined) return;
        found++;
        expect(toHex(snappyJs.uncompress(patched))).toBe(toHex(encode(protocol, at(toMs))));
      }),
      { numRuns: 300 },
    );
    expect(found).toBeGreaterThan(100);
  });

  it('is not there where one byte of the timestamp is written as another one', () => {
    const message = encode(protocol, [toSeries('a', 1, REPETITIVE), toSeries('b', 2, REPETITIVE)]);
    const { starts } = protocol.findTimestamps(message);
    const body = packWithOneByteCopy(message, (starts[0] ?? 0) + 1, starts[1] ?? 0);
    expect(toHex(snappyJs.uncompress(body))).toBe(toHex(message));

    expect(StampPatch.find(body, { protocol, compressor: snappyJs })).toBeUndefined();
  });

  it('is not there where a byte of the timestamp is written as part of something else', () => {
    const message = encode(protocol, [toSeries('x4y', 1, NOW), toSeries('b', 2, NOW)]);
    const last = (protocol.findTimestamps(message).starts[1] ?? 0) + 5;
    const elsewhere = Buffer.from(message).indexOf('x4y') + 1;
    const body = packWithOneByteCopy(message, elsewhere, last);
    expect(toHex(snappyJs.uncompress(body))).toBe(toHex(message));

    expect(StampPatch.find(body, { protocol, compressor: snappyJs })).toBeUndefined();
  });

  it('makes nothing of a time of another length', () => {
    const body = snappyJs.compress(encode(protocol, series(10, NOW)));
    const patch = StampPatch.find(body, { protocol, compressor: snappyJs });

    expect(patch?.apply(body, 1000)).toBeUndefined();
  });
});

/** A block of snappy in which one byte, at `to`, refers back to another one like it. */
function packWithOneByteCopy(message: Uint8Array, from: number, to: number): Buffer {
  const offset = to - from;
  return Buffer.concat([
    Buffer.from([(message.length & 0x7f) | 0x80, message.length >> 7]),
    text(message.subarray(0, to)),
    Buffer.from([0x02, offset & 0xff, offset >> 8]),
    ...(to + 1 < message.length ? [text(message.subarray(to + 1))] : []),
  ]);
}

function text(bytes: Uint8Array): Buffer {
  const length = bytes.length - 1;
  return Buffer.concat([Buffer.from([61 << 2, length & 0xff, length >> 8]), bytes]);
}

function series(count: number, timestampMs: number): TimeSeries[] {
  return Array.from({ length: count }, (_, i) => toSeries(`CVE-${i}`, i % 3, timestampMs));
}

function toSeries(label: string, value: number, timestampMs: number): TimeSeries {
  return {
    labels: [
      { name: '__name__', value: 'kubescape_findings' },
      { name: 'image', value: 'registry.example/shop/cart' },
      { name: 'vulnerability', value: label },
    ],
    metadata: { type: 'gauge', help: 'Help.' },
    value,
    timestampMs,
  };
}
