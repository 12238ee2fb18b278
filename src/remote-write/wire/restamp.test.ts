import { describe, expect, it } from 'vitest';

import { encode, toHex } from '../../../test/support/remote-write/wire-bytes.ts';
import { STALE, type TimeSeries } from '../time-series.ts';
import { remoteWriteV1, remoteWriteV2 } from './protocols.ts';

const NOW = 1_700_000_000_000;
const values: readonly TimeSeries['value'][] = [1, 0, -0, NaN, STALE, Infinity];

describe.each([remoteWriteV1, remoteWriteV2])(
  'E9: restamp of remote write $version',
  (protocol) => {
    it('gives every sample the new timestamp and changes nothing else', () => {
      const message = encode(protocol, series(NOW));

      expect(protocol.restamp(message, NOW + 60_000)).toBe(true);

      expect(toHex(message)).toBe(toHex(encode(protocol, series(NOW + 60_000))));
    });

    it.each([0, 1_000_000_000, 4_398_046_511_104])(
      'changes nothing for %i, because its length differs',
      (timestampMs) => {
        const message = encode(protocol, series(NOW));

        expect(protocol.restamp(message, timestampMs)).toBe(false);

        expect(toHex(message)).toBe(toHex(encode(protocol, series(NOW))));
      },
    );

    it('accepts the last timestamp of six bytes', () => {
      const message = encode(protocol, series(NOW));

      expect(protocol.restamp(message, 4_398_046_511_103)).toBe(true);
    });

    it('is not misled by labels that contain the bytes of a sample', () => {
      const text = Buffer.from('1209100102', 'hex').toString('latin1');
      const tricky = series(NOW).map((one) => ({
        ...one,
        labels: [...one.labels, { name: 'z', value: text }],
      }));
      const message = encode(protocol, tricky);

      expect(protocol.restamp(message, NOW + 1)).toBe(true);

      expect(protocol.decode(message).map(({ labels }) => labels)).toEqual(
        tricky.map(({ labels }) => labels),
      );
    });
  },
);

function series(timestampMs: number): TimeSeries[] {
  return values.map((value, index) => ({
    labels: [
      { name: '__name__', value: 'm' },
      { name: 'i', value: 'x'.repeat(index * 60) || 'i' },
    ],
    metadata: { type: 'gauge', help: 'Help.' },
    value,
    timestampMs,
  }));
}
