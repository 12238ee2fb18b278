import protobuf from 'protobufjs/minimal.js';

import type { Metadata, TimeSeries } from '../time-series.ts';
import {
  FIELD_LABELS_REFS,
  FIELD_METADATA,
  FIELD_METADATA_HELP,
  FIELD_METADATA_TYPE,
  FIELD_SAMPLES,
  FIELD_TIME_SERIES,
} from './fields-v2.ts';
import { metricTypeNumbers } from './metric-types.ts';
import type { RequestEncoder } from './protocol.ts';
import { lengthOfField, lengthOfVarint, SampleEncoder } from './sample.ts';
import { SymbolTable } from './symbol-table.ts';

/**
 * Encodes series as an uncompressed `io.prometheus.write.v2.Request`. Symbols come first on the wire but are only
 * complete at the end, so symbols and series have separate writers. Consecutive series share most labels, whose
 * references are reused without a lookup.
 */
export class EncoderV2 implements RequestEncoder {
  readonly #series = protobuf.Writer.create();
  readonly #sample = new SampleEncoder({ hasStart: true });
  readonly #symbols = new SymbolTable();
  #refs = new Uint32Array(64);
  #names: string[] = [];
  #values: string[] = [];
  #metadata: Metadata | undefined;
  #helpRef = 0;

  tryAdd(series: TimeSeries, maxBytes: number): boolean {
    const mark = this.#symbols.mark();
    const refsBytes = this.#collectRefs(series);
    const metadataBytes = this.#measureMetadata(series.metadata);
    const sampleBytes = this.#sample.measure(series);
    const seriesBytes =
      lengthOfField(refsBytes) + lengthOfField(sampleBytes) + lengthOfField(metadataBytes);
    if (this.#symbols.bytes + this.#series.pos + lengthOfField(seriesBytes) > maxBytes) {
      this.#symbols.rollBack(mark);
      this.#forgetNeighbour();
      return false;
    }

    const writer = this.#series.uint32(FIELD_TIME_SERIES).uint32(seriesBytes);
    writer.uint32(FIELD_LABELS_REFS).uint32(refsBytes);
    for (let i = 0; i < 2 * series.labels.length; i++) writer.uint32(this.#refs[i] ?? 0);
    writer.uint32(FIELD_SAMPLES).uint32(sampleBytes);
    this.#sample.write(series, writer);
    this.#writeMetadata(series.metadata, metadataBytes);
    return true;
  }

  finish(): Uint8Array {
    const bytes = Buffer.concat([this.#symbols.encode(), this.#series.finish(true)]);
    this.#series.reset();
    this.#symbols.clear();
    this.#forgetNeighbour();
    return bytes;
  }

  /** Stores the references in `#refs` and returns their encoded length. */
  #collectRefs({ labels }: TimeSeries): number {
    if (this.#refs.length < 2 * labels.length) this.#refs = new Uint32Array(4 * labels.length);
    const refs = this.#refs;
    let size = 0;
    for (let i = 0; i < labels.length; i++) {
      const label = labels[i];
      if (label === undefined) continue;
      if (this.#names[i] !== label.name) {
        refs[2 * i] = this.#symbols.refOf(label.name);
        this.#names[i] = label.name;
      }
      if (this.#values[i] !== label.value) {
        refs[2 * i + 1] = this.#symbols.refOf(label.value);
        this.#values[i] = label.value;
      }
      size += lengthOfVarint(refs[2 * i] ?? 0) + lengthOfVarint(refs[2 * i + 1] ?? 0);
    }
    return size;
  }

  #measureMetadata(metadata: Metadata): number {
    if (metadata !== this.#metadata) {
      this.#metadata = metadata;
      this.#helpRef = this.#symbols.refOf(metadata.help);
    }
    return 2 + (this.#helpRef === 0 ? 0 : 1 + lengthOfVarint(this.#helpRef));
  }

  #writeMetadata({ type }: Metadata, metadataBytes: number): void {
    const writer = this.#series.uint32(FIELD_METADATA).uint32(metadataBytes);
    writer.uint32(FIELD_METADATA_TYPE).uint32(metricTypeNumbers.get(type) ?? 0);
    if (this.#helpRef !== 0) writer.uint32(FIELD_METADATA_HELP).uint32(this.#helpRef);
  }

  /** Forgets the previous series, because references into its symbol table are now invalid. */
  #forgetNeighbour(): void {
    this.#names = [];
    this.#values = [];
    this.#metadata = undefined;
  }
}
