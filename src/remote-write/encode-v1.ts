import protobuf from 'protobufjs/minimal.js';

import { LabelCache } from './label-cache.ts';
import type { Protocol, RequestEncoder } from './protocol.ts';
import { STALE, type TimeSeries } from './time-series.ts';

/** Remote write 1.0. */
export const remoteWriteV1: Protocol = {
  headers: {
    'Content-Encoding': 'snappy',
    'Content-Type': 'application/x-protobuf',
    'X-Prometheus-Remote-Write-Version': '0.1.0',
  },
  createEncoder: () => new EncoderV1(),
};

/** Field numbers with their wire types, as in `proto/prometheus/remote_write_v1.proto`. */
const FIELD_TIME_SERIES = 0x0a;
const FIELD_SAMPLE = 0x12;
const FIELD_SAMPLE_VALUE = 0x09;
const FIELD_SAMPLE_TIMESTAMP = 0x10;

const DOUBLE_BYTES = 8;

/** `value.StaleNaN` and `value.NormalNaN` of Prometheus, as their two 32-bit halves. */
const STALE_NAN_BITS = { low: 0x0000_0002, high: 0x7ff0_0000, unsigned: true };
const NORMAL_NAN_BITS = { low: 0x0000_0001, high: 0x7ff8_0000, unsigned: true };

/** Encodes series as one `prometheus.WriteRequest`, not compressed. */
export function encodeWriteRequestV1(series: Iterable<TimeSeries>): Uint8Array {
  const encoder = new EncoderV1();
  for (const one of series) encoder.tryAdd(one, Infinity);
  return encoder.finish();
}

class EncoderV1 implements RequestEncoder {
  readonly #writer = protobuf.Writer.create();
  readonly #labels = new LabelCache();
  /** Encoded labels of the series at hand. */
  readonly #parts: Uint8Array[] = [];
  /** All samples of a push have one timestamp. */
  #timestampMs = NaN;
  #timestamp: Uint8Array = new Uint8Array();

  tryAdd(series: TimeSeries, maxBytes: number): boolean {
    this.#encodeTimestamp(series.timestampMs);
    const sampleBytes = (isOmitted(series.value) ? 0 : 1 + DOUBLE_BYTES) + this.#timestamp.length;
    const seriesBytes = this.#collectLabels(series) + lengthOfField(sampleBytes);
    if (this.#writer.pos + lengthOfField(seriesBytes) > maxBytes) return false;

    this.#writer.uint32(FIELD_TIME_SERIES).uint32(seriesBytes);
    for (const part of this.#parts) this.#writer.raw(part);
    this.#writer.uint32(FIELD_SAMPLE).uint32(sampleBytes);
    this.#writeValue(series.value);
    this.#writer.raw(this.#timestamp);
    return true;
  }

  finish(): Uint8Array {
    const bytes = this.#writer.finish(true);
    this.#writer.reset();
    return bytes;
  }

  #collectLabels({ labels }: TimeSeries): number {
    let size = 0;
    this.#parts.length = 0;
    for (const { name, value } of labels) {
      const part = this.#labels.get(name, value);
      this.#parts.push(part);
      size += part.length;
    }
    return size;
  }

  #encodeTimestamp(timestampMs: number): void {
    if (timestampMs === this.#timestampMs) return;
    const writer = protobuf.Writer.create();
    if (timestampMs !== 0) writer.uint32(FIELD_SAMPLE_TIMESTAMP).int64(timestampMs);
    this.#timestamp = writer.finish();
    this.#timestampMs = timestampMs;
  }

  #writeValue(value: TimeSeries['value']): void {
    if (isOmitted(value)) return;
    this.#writer.uint32(FIELD_SAMPLE_VALUE);
    if (value === STALE) this.#writer.fixed64(STALE_NAN_BITS);
    else if (Number.isNaN(value)) this.#writer.fixed64(NORMAL_NAN_BITS);
    else this.#writer.double(value);
  }
}

/** proto3 leaves defaults out. Negative zero is not the default: left out, it would lose its sign. */
function isOmitted(value: TimeSeries['value']): boolean {
  return Object.is(value, 0);
}

/** Of a field with a one-byte tag: tag, length, content. */
function lengthOfField(contentBytes: number): number {
  let size = 2;
  for (let rest = contentBytes; rest > 0x7f; rest >>>= 7) size++;
  return size + contentBytes;
}
