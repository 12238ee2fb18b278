import protobuf from 'protobufjs/minimal.js';

import { STALE, type TimeSeries } from '../time-series.ts';

/**
 * In both protocol versions, `Sample` contains a double and a time in milliseconds. In 2.0 it also
 * contains the start of a counter. Default values are omitted.
 */
export const FIELD_SAMPLE_VALUE = 0x09;
export const FIELD_SAMPLE_TIMESTAMP = 0x10;
const FIELD_SAMPLE_START = 0x18;

const DOUBLE_BYTES = 8;
const NOTHING = new Uint8Array();

/** Prometheus' `value.StaleNaN` and `value.NormalNaN` as 32-bit halves. */
const STALE_NAN_BITS = { low: 0x0000_0002, high: 0x7ff0_0000, unsigned: true };
const NORMAL_NAN_BITS = { low: 0x0000_0001, high: 0x7ff8_0000, unsigned: true };

/** Encodes samples. Caches the timestamp, which most samples share. */
export class SampleEncoder {
  readonly #hasStart: boolean;
  #timestampMs = NaN;
  #timestamp: Uint8Array = new Uint8Array();

  /** @param options.hasStart Whether the protocol has a field for the start of a counter. */
  constructor({ hasStart }: { readonly hasStart: boolean }) {
    this.#hasStart = hasStart;
  }

  /** Number of bytes that `write` writes for the same series. */
  measure({ value, timestampMs, startMs }: TimeSeries): number {
    this.#encodeTimestamp(timestampMs);
    const startBytes = this.#encodeStart(startMs).length;
    return (isOmitted(value) ? 0 : 1 + DOUBLE_BYTES) + this.#timestamp.length + startBytes;
  }

  write({ value, startMs }: TimeSeries, writer: protobuf.Writer): void {
    if (!isOmitted(value)) writeValue(value, writer.uint32(FIELD_SAMPLE_VALUE));
    writer.raw(this.#timestamp).raw(this.#encodeStart(startMs));
  }

  /** Only some self-metrics are counters. */
  #encodeStart(startMs: number | undefined): Uint8Array {
    if (!this.#hasStart || startMs === undefined) return NOTHING;
    return protobuf.Writer.create().uint32(FIELD_SAMPLE_START).int64(startMs).finish();
  }

  #encodeTimestamp(timestampMs: number): void {
    if (timestampMs === this.#timestampMs) return;
    const writer = protobuf.Writer.create();
    if (timestampMs !== 0) writer.uint32(FIELD_SAMPLE_TIMESTAMP).int64(timestampMs);
    this.#timestamp = writer.finish();
    this.#timestampMs = timestampMs;
  }
}

function writeValue(value: TimeSeries['value'], writer: protobuf.Writer): void {
  if (value === STALE) writer.fixed64(STALE_NAN_BITS);
  else if (Number.isNaN(value)) writer.fixed64(NORMAL_NAN_BITS);
  else writer.double(value);
}

/** proto3 omits defaults. Negative zero is not omitted, because it would lose its sign. */
function isOmitted(value: TimeSeries['value']): boolean {
  return Object.is(value, 0);
}

/** Returns the length of a field with a one-byte tag: tag, length and content. */
export function lengthOfField(contentBytes: number): number {
  return 1 + lengthOfVarint(contentBytes) + contentBytes;
}

/** Returns the varint length of a number below 2^32. */
export function lengthOfVarint(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x20_0000) return 3;
  return value < 0x1000_0000 ? 4 : 5;
}

/** Decodes the sample at the reader's position, which ends at `end`. */
export function readSample(
  reader: protobuf.Reader,
  end: number,
): Pick<TimeSeries, 'value' | 'timestampMs' | 'startMs'> {
  let value: TimeSeries['value'] = 0;
  let timestampMs = 0;
  let startMs: number | undefined;
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === FIELD_SAMPLE_VALUE) value = readValue(reader);
    else if (tag === FIELD_SAMPLE_TIMESTAMP) timestampMs = Number(reader.int64());
    else if (tag === FIELD_SAMPLE_START) startMs = Number(reader.int64());
    else reader.skipType(tag & 7);
  }
  return { value, timestampMs, ...(startMs !== undefined && { startMs }) };
}

/** Checks the bits before converting to a number, which may lose the NaN payload. */
function readValue(reader: protobuf.Reader): TimeSeries['value'] {
  const { buf, pos } = reader;
  const low = (buf[pos] ?? 0) | ((buf[pos + 1] ?? 0) << 8);
  const high = (buf[pos + 6] ?? 0) | ((buf[pos + 7] ?? 0) << 8);
  const number = reader.double();
  return Number.isNaN(number) && low === STALE_NAN_BITS.low && high === 0x7ff0 ? STALE : number;
}
