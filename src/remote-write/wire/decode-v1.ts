import protobuf from 'protobufjs/minimal.js';

import type { Label, Metadata, TimeSeries } from '../time-series.ts';
import { endOfField } from './end-of-field.ts';
import {
  FIELD_LABEL,
  FIELD_LABEL_NAME,
  FIELD_LABEL_VALUE,
  FIELD_SAMPLE,
  FIELD_TIME_SERIES,
} from './fields-v1.ts';
import type { IsWanted } from './protocol.ts';
import { readSample } from './sample.ts';

/** Messages of version 1.0 contain no metadata for their series. */
const NO_METADATA: Metadata = { type: 'unknown', help: '' };

/**
 * Decodes a `prometheus.WriteRequest` whose series have one sample each.
 *
 * @throws {RangeError | Error} The message is invalid.
 */
export function decodeWriteRequestV1(
  message: Uint8Array,
  isWanted: IsWanted = () => true,
): TimeSeries[] {
  const reader = protobuf.Reader.create(message);
  const all: TimeSeries[] = [];
  let index = 0;
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === FIELD_TIME_SERIES && isWanted(index++))
      all.push(readSeries(reader, endOfField(reader)));
    else reader.skipType(tag & 7);
  }
  return all;
}

function readSeries(reader: protobuf.Reader, end: number): TimeSeries {
  const labels: Label[] = [];
  let sample: Pick<TimeSeries, 'value' | 'timestampMs'> = { value: 0, timestampMs: 0 };
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === FIELD_LABEL) labels.push(readLabel(reader, endOfField(reader)));
    else if (tag === FIELD_SAMPLE) sample = readSample(reader, endOfField(reader));
    else reader.skipType(tag & 7);
  }
  return { labels, metadata: NO_METADATA, ...sample };
}

function readLabel(reader: protobuf.Reader, end: number): Label {
  let name = '';
  let value = '';
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === FIELD_LABEL_NAME) name = reader.string();
    else if (tag === FIELD_LABEL_VALUE) value = reader.string();
    else reader.skipType(tag & 7);
  }
  return { name, value };
}
