import { describe, expect, it } from 'vitest';

import { useCycleFolder } from '../../../test/support/remote-write/cycle-folder.ts';
import { BatchCodec } from '../batch/batch-codec.ts';
import { METRIC_NAME } from '../labels/labels.ts';
import { SeriesHasher } from '../series-hash/series-hash.ts';
import { STALE, type TimeSeries } from '../time-series.ts';
import { snappyJs } from '../wire/compress.ts';
import { remoteWriteV2 } from '../wire/protocols.ts';
import type { BatchKind, StoredCycle, NewBatch } from './cycle-store.ts';
import { resumeCycles } from './resume-cycles.ts';

const codec = new BatchCodec(snappyJs);

const folder = useCycleFolder();

describe('resumeCycles', () => {
  it('carries the series that an interrupted cycle had not written to the next one', () => {
    const draft = folder.open().begin(1000);
    draft.add(createBatch('results', ['a', 'b', 'c']));
    draft.commit();
    folder
      .open()
      .begin(2000)
      .add(createBatch('results', ['a', 'd']));
    interrupt(3000, createBatch('results', ['b']));

    const store = folder.open();
    resumeCycles(store, { codec, onWarning: (message) => folder.warnings.push(message) });

    expect(store.interrupted).toEqual([]);
    expect(seriesOf(store.last)).toEqual({ results: ['b'], carried: ['a', 'c', 'd'] });
    expect(seriesOf(folder.open().last)).toEqual(seriesOf(store.last));
    expect(folder.warnings).toEqual([]);
  });

  it('does not revive series that an interrupted cycle had ended', () => {
    const draft = folder.open().begin(1000);
    draft.add(createBatch('results', ['a', 'b', 'c']));
    draft.commit();
    interrupt(2000, createBatch('results', ['a']), createBatch('markers', ['b']));

    const store = folder.open();
    resumeCycles(store, { codec, onWarning: (message) => folder.warnings.push(message) });

    expect(seriesOf(store.last)).toEqual({ results: ['a'], markers: ['b'], carried: ['c'] });
  });

  it('skips a damaged batch with a warning', () => {
    const draft = folder.open().begin(1000);
    draft.add({
      ...createBatch('results', ['a']),
      batch: { version: '2.0', samples: 1, body: Buffer.from('no') },
    });
    draft.add(createBatch('results', ['b']));
    draft.commit();
    interrupt(2000, createBatch('results', ['c']));

    const store = folder.open();
    resumeCycles(store, { codec, onWarning: (message) => folder.warnings.push(message) });

    expect(seriesOf(store.last)).toEqual({ results: ['c'], carried: ['b'] });
    expect(folder.warnings).toEqual([
      expect.stringMatching(/^cannot read some series of an earlier run/),
    ]);
  });
});

/** Simulates a process that is killed before its cycle is complete. */
function interrupt(timestampMs: number, ...batches: readonly NewBatch[]): void {
  const store = folder.open();
  resumeCycles(store, { codec, onWarning: () => undefined });
  const draft = store.begin(timestampMs);
  for (const batch of batches) draft.add(batch);
}

function createBatch(kind: BatchKind, names: readonly string[]): NewBatch {
  const hasher = new SeriesHasher();
  const hashes: number[] = [];
  const series = names.map((name): TimeSeries => {
    const labels = [{ name: METRIC_NAME, value: name }];
    hasher.hash(labels);
    hashes.push(hasher.high, hasher.low);
    const value = kind === 'markers' ? STALE : 1;
    return { labels, metadata: { type: 'gauge', help: '' }, value, timestampMs: 1 };
  });
  const [batch] = codec.encode(series, remoteWriteV2, { maxSamples: 100, maxBytes: 1e6 });
  if (batch === undefined) throw new Error('no series');
  return { kind, batch, hashes: new Uint32Array(hashes) };
}

function seriesOf(cycle: StoredCycle | undefined): Partial<Record<BatchKind, string[]>> {
  const found: Partial<Record<BatchKind, string[]>> = {};
  for (const batch of cycle?.batches ?? []) {
    const names = codec.decode(batch.read()).map(({ labels }) => labels[0]?.value ?? '');
    found[batch.kind] = [...(found[batch.kind] ?? []), ...names].toSorted();
  }
  return found;
}
