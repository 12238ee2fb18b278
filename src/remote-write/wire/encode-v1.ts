import protobuf from 'protobufjs/minimal.js';

import { escapeNames } from '../labels/label-names.ts';
import type { Label, TimeSeries } from '../time-series.ts';
import { FIELD_SAMPLE, FIELD_TIME_SERIES } from './fields-v1.ts';
import { LabelCache } from './label-cache.ts';
import type { RequestEncoder } from './protocol.ts';
import { lengthOfField, SampleEncoder } from './sample.ts';

/** Encodes series as an uncompressed `prometheus.WriteRequest`. */
export class EncoderV1 implements RequestEncoder {
  readonly #writer = protobuf.Writer.create();
  readonly #labels = new LabelCache();
  readonly #sample = new SampleEncoder({ hasStart: false });
  /** Labels of the previous series by position. `#parts` contains their encoded fields. */
  #neighbor: readonly Label[] = [];
  readonly #parts: Uint8Array[] = [];

  tryAdd(series: TimeSeries, maxBytes: number): boolean {
    const sampleBytes = this.#sample.measure(series);
    const seriesBytes = this.#collectLabels(series) + lengthOfField(sampleBytes);
    if (this.#writer.pos + lengthOfField(seriesBytes) > maxBytes) return false;

    this.#writer.uint32(FIELD_TIME_SERIES).uint32(seriesBytes);
    for (const part of this.#parts) this.#writer.raw(part);
    this.#writer.uint32(FIELD_SAMPLE).uint32(sampleBytes);
    this.#sample.write(series, this.#writer);
    return true;
  }

  finish(): Uint8Array {
    const bytes = this.#writer.finish(true);
    this.#writer.reset();
    return bytes;
  }

  /** Stores the encoded labels in `#parts` and returns their length. */
  #collectLabels({ labels }: TimeSeries): number {
    return this.#tryCollect(labels) ?? this.#tryCollect(escapeNames(labels)) ?? 0;
  }

  /** Returns undefined if 1.0 does not allow a name. */
  #tryCollect(labels: readonly Label[]): number | undefined {
    const neighbor = this.#neighbor;
    this.#neighbor = labels;
    let size = 0;
    for (const [index, label] of labels.entries()) {
      const known = neighbor[index] === label ? this.#parts[index] : undefined;
      const part = known ?? this.#labels.get(label.name, label.value);
      if (part === undefined) {
        this.#neighbor = [];
        return undefined;
      }
      this.#parts[index] = part;
      size += part.length;
    }
    this.#parts.length = labels.length;
    return size;
  }
}
