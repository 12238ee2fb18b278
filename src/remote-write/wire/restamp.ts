import protobuf from 'protobufjs/minimal.js';

import { lengthOfVarint, FIELD_SAMPLE_TIMESTAMP, FIELD_SAMPLE_VALUE } from './sample.ts';

/** Field tags of samples in a message. */
export interface SamplePlace {
  readonly seriesTag: number;
  readonly sampleTag: number;
}

const DOUBLE_BYTES = 8;

/**
 * Overwrites the timestamp of every sample in a message encoded by this program. Reads only tags and lengths, so
 * a message with thousands of series takes less than a millisecond.
 */
export function restamp(message: Uint8Array, timestampMs: number, place: SamplePlace): boolean {
  const timestamp = protobuf.Writer.create().int64(timestampMs).finish();
  const { starts, length } = findTimestamps(message, place);
  if (length !== timestamp.length && starts.length > 0) return false;
  for (const start of starts) message.set(timestamp, start);
  return true;
}

/** Offsets of the timestamps in a message. */
interface TimestampPlaces {
  readonly starts: readonly number[];
  /** Length of each timestamp in bytes. */
  readonly length: number;
}

/** @throws {RangeError} The timestamps differ in length, so they are not all equal. */
function findTimestamps(
  message: Uint8Array,
  { seriesTag, sampleTag }: SamplePlace,
): TimestampPlaces {
  const starts: number[] = [];
  let length = 0;
  let at = 0;
  while (at < message.length) {
    const tag = message[at++];
    const seriesBytes = readLength(message, at);
    at += lengthOfVarint(seriesBytes);
    const end = at + seriesBytes;
    if (tag === seriesTag) {
      const sample = findField(message, { at, end }, sampleTag);
      const start = findTimestamp(message, sample);
      const size = start < sample.end ? lengthOfTimestamp(message, start) : 0;
      if (starts.length > 0 && size !== length) {
        throw new RangeError('the samples of a request have different timestamps');
      }
      length = size;
      starts.push(start);
    }
    at = end;
  }
  return { starts, length };
}

interface Span {
  readonly at: number;
  readonly end: number;
}

/** All fields of a series have a length prefix, so other fields are skipped without parsing. */
function findField(message: Uint8Array, { at: start, end }: Span, wanted: number): Span {
  let at = start;
  while (at < end) {
    const tag = message[at++];
    const size = readLength(message, at);
    at += lengthOfVarint(size);
    if (tag === wanted) return { at, end: at + size };
    at += size;
  }
  return { at: end, end };
}

function findTimestamp(message: Uint8Array, { at, end }: Span): number {
  const tagAt = message[at] === FIELD_SAMPLE_VALUE ? at + 1 + DOUBLE_BYTES : at;
  // A timestamp of 0 is omitted on the wire.
  return message[tagAt] === FIELD_SAMPLE_TIMESTAMP ? tagAt + 1 : end;
}

/** The last byte of a varint is less than 0x80. */
function lengthOfTimestamp(message: Uint8Array, start: number): number {
  let at = start;
  while ((message[at] ?? 0) >= 0x80) at++;
  return at - start + 1;
}

function readLength(message: Uint8Array, start: number): number {
  let value = 0;
  let shift = 0;
  for (let at = start; ; at++) {
    const byte = message[at] ?? 0;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return value;
    shift += 7;
  }
}
