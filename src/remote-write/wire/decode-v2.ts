import protobuf from 'protobufjs/minimal.js';

import type { Label, Metadata, TimeSeries } from '../time-series.ts';
import { endOfField } from './end-of-field.ts';
import {
  FIELD_LABELS_REFS,
  FIELD_METADATA,
  FIELD_METADATA_HELP,
  FIELD_METADATA_TYPE,
  FIELD_SAMPLES,
  FIELD_SYMBOLS,
  FIELD_TIME_SERIES,
} from './fields-v2.ts';
import { metricTypeOf } from './metric-types.ts';
import type { IsWanted } from './protocol.ts';
import { readSample } from './sample.ts';

/**
 * Decodes an `io.prometheus.write.v2.Request` whose symbols come first and whose series have one sample each.
 *
 * @throws {RangeError | Error} The message is invalid.
 */
export function decodeRequestV2(
  message: Uint8Array,
  isWanted: IsWanted = () => true,
): TimeSeries[] {
  const reader = protobuf.Reader.create(message);
  const symbols: string[] = [];
  const all: TimeSeries[] = [];
  let index = 0;
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === FIELD_SYMBOLS) symbols.push(reader.string());
    else if (tag === FIELD_TIME_SERIES && isWanted(index++)) all.push(readSeries(reader, symbols));
    else reader.skipType(tag & 7);
  }
  return all;
}

function readSeries(reader: protobuf.Reader, symbols: readonly string[]): TimeSeries {
  const end = endOfField(reader);
  let labels: readonly Label[] = [];
  let metadata: Metadata = { type: 'unknown', help: '' };
  let sample: Pick<TimeSeries, 'value' | 'timestampMs' | 'startMs'> = { value: 0, timestampMs: 0 };
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === FIELD_LABELS_REFS) labels = readLabels(reader, symbols);
    else if (tag === FIELD_SAMPLES) sample = readSample(reader, endOfField(reader));
    else if (tag === FIELD_METADATA) metadata = readMetadata(reader, symbols);
    else reader.skipType(tag & 7);
  }
  return { labels, metadata, ...sample };
}

function readLabels(reader: protobuf.Reader, symbols: readonly string[]): Label[] {
  const end = endOfField(reader);
  const labels: Label[] = [];
  while (reader.pos < end) {
    const name = symbolAt(symbols, reader.uint32());
    labels.push({ name, value: symbolAt(symbols, reader.uint32()) });
  }
  return labels;
}

function readMetadata(reader: protobuf.Reader, symbols: readonly string[]): Metadata {
  const end = endOfField(reader);
  let type: Metadata['type'] = 'unknown';
  let help = '';
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === FIELD_METADATA_TYPE) type = metricTypeOf(reader.uint32());
    else if (tag === FIELD_METADATA_HELP) help = symbolAt(symbols, reader.uint32());
    else reader.skipType(tag & 7);
  }
  return { type, help };
}

function symbolAt(symbols: readonly string[], ref: number): string {
  const symbol = symbols[ref];
  if (symbol === undefined) throw new RangeError(`symbol ${ref} is missing in the request`);
  return symbol;
}
