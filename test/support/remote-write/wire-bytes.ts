import { STALE, type TimeSeries } from '../../../src/remote-write/time-series.ts';
import type { Protocol } from '../../../src/remote-write/wire/protocol.ts';

/** Encodes the series as one uncompressed message. */
export function encode(protocol: Protocol, series: Iterable<TimeSeries>): Uint8Array {
  const encoder = protocol.createEncoder();
  for (const one of series) encoder.tryAdd(one, Infinity);
  return Uint8Array.from(encoder.finish());
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** Values that have more than one way to be written, or none in JSON, and their bits on the wire. */
export const valueBits: readonly ValueBits[] = [
  { value: Number.NaN, bits: '010000000000f87f' },
  { value: Infinity, bits: '000000000000f07f' },
  { value: -Infinity, bits: '000000000000f0ff' },
  { value: -0, bits: '0000000000000080' },
  { value: 5e-324, bits: '0100000000000000' },
  { value: Number.MAX_VALUE, bits: 'ffffffffffffef7f' },
  { value: STALE, bits: '020000000000f07f' },
];

interface ValueBits {
  readonly value: TimeSeries['value'];
  /** Hexadecimal. */
  readonly bits: string;
}
