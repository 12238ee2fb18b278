import { describe, expect, it } from 'vitest';

import { encode } from '../../../test/support/remote-write/wire-bytes.ts';
import type { TimeSeries } from '../time-series.ts';
import { remoteWriteV1 } from '../wire/protocols.ts';
import { Batcher, type Batch, type BatchLimits, MAX_BATCH_BYTES } from './batch.ts';

const MIB = 1024 * 1024;
const oneSeries = encode(remoteWriteV1, [createSeries(0)]).length;

describe('E13: Batcher', () => {
  it.each`
    what                                      | count | maxSamples | maxBytes             | samples
    ${'nothing for no series'}                | ${0}  | ${3}       | ${MIB}               | ${[]}
    ${'what is left'}                         | ${2}  | ${3}       | ${MIB}               | ${[2]}
    ${'no empty batch after a full one'}      | ${3}  | ${3}       | ${MIB}               | ${[3]}
    ${'batches of the maximal samples'}       | ${7}  | ${3}       | ${MIB}               | ${[3, 3, 1]}
    ${'single samples'}                       | ${3}  | ${1}       | ${MIB}               | ${[1, 1, 1]}
    ${'batches of exactly the maximal bytes'} | ${5}  | ${100}     | ${2 * oneSeries}     | ${[2, 2, 1]}
    ${'batches below the maximal bytes'}      | ${5}  | ${100}     | ${2 * oneSeries - 1} | ${[1, 1, 1, 1, 1]}
    ${'each series alone if none fits'}       | ${3}  | ${100}     | ${1}                 | ${[1, 1, 1]}
    ${'single samples that do not fit'}       | ${3}  | ${1}       | ${1}                 | ${[1, 1, 1]}
    ${'whichever limit comes first'}          | ${6}  | ${2}       | ${3 * oneSeries}     | ${[2, 2, 2]}
  `('closes $what', ({ count, samples, ...limits }: LimitCase) => {
    const { batches, refused } = collect(range(count), limits);

    expect(batches.map((batch) => batch.samples)).toEqual(samples);
    expect(Buffer.concat(batches.map(({ body }) => body))).toEqual(
      Buffer.from(encode(remoteWriteV1, range(count))),
    );
    expect(refused).toEqual([]);
  });

  it('puts a series that exceeds the configured bytes into its own batch', () => {
    const large = createSeries(1, 'x'.repeat(5000));
    const limits = { maxSamples: 100, maxBytes: 1000 };

    const { batches } = collect([createSeries(0), large, createSeries(2)], limits);

    expect(batches.map(({ body }) => body.length > 5000)).toEqual([false, true, false]);
  });

  it('never exceeds the size that receivers decompress, whatever the configuration', () => {
    const large = Array.from({ length: 5 }, (_, i) => createSeries(i, 'x'.repeat(8 * MIB)));

    const { batches } = collect(large, { maxSamples: 100, maxBytes: Infinity });

    expect(batches.map(({ samples }) => samples)).toEqual([3, 2]);
    for (const { body } of batches) expect(body.length).toBeLessThanOrEqual(MAX_BATCH_BYTES);
  });

  it('rejects a series that fits into no request, and keeps the others', () => {
    const huge = createSeries(1, 'x'.repeat(31 * MIB));
    const limits = { maxSamples: 100, maxBytes: MIB };

    const { batches, refused } = collect([createSeries(0), huge, createSeries(2)], limits);

    expect(refused).toEqual(['a series is larger than 30 MiB']);
    expect(batches.map(({ samples }) => samples)).toEqual([1, 1]);
  });

  it('compresses each batch', () => {
    const batcher = new Batcher({
      protocol: () => remoteWriteV1,
      compress: () => new Uint8Array([7]),
      limits: () => ({ maxSamples: 1, maxBytes: MIB }),
      onInvalid: () => undefined,
    });

    expect(batcher.add(createSeries(0))).toEqual({
      version: '1.0',
      body: new Uint8Array([7]),
      samples: 1,
    });
  });
});

interface LimitCase extends BatchLimits {
  readonly count: number;
  readonly samples: number[];
}

function collect(all: TimeSeries[], limits: BatchLimits): { batches: Batch[]; refused: string[] } {
  const refused: string[] = [];
  const batcher = new Batcher({
    protocol: () => remoteWriteV1,
    compress: (raw) => Uint8Array.from(raw),
    limits: () => limits,
    onInvalid: (reason) => refused.push(reason),
  });
  const batches = [...all.map((series) => batcher.add(series)), batcher.flush(), batcher.flush()];
  return { batches: batches.filter((batch) => batch !== undefined), refused };
}

function range(count: number): TimeSeries[] {
  return Array.from({ length: count }, (_, i) => createSeries(i));
}

function createSeries(index: number, padding = 'x'): TimeSeries {
  return {
    labels: [
      { name: '__name__', value: 'up' },
      { name: 'index', value: String(index) },
      { name: 'padding', value: padding },
    ],
    metadata: { type: 'gauge', help: '' },
    value: 1,
    timestampMs: 1_700_000_000_000,
  };
}
