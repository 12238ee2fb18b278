import { describe, expect, it } from 'vitest';

import {
  createSink,
  createSource,
  cycle,
  deadSource,
  describeEvent,
  NOW,
  scan,
  seriesOf,
  silent,
  toKinds,
  valueOf,
} from '../../test/support/agent/fake-cycle.ts';
import { type ReadObserver, SourceError } from '../sources/scan-source.ts';
import type { SkipReason } from '../sources/skipped-report.ts';
import { ClusterNameError } from './cluster-name.ts';
import { CycleMemory } from './cycle-memory.ts';
import type { CycleObserver } from './run-cycle.ts';

describe('runCycle', () => {
  it('sends container series image by image, then cluster series, then self-metrics', async () => {
    const sink = createSink();

    await cycle({ sinks: [sink], source: createSource({ scans: [scan('a', 2), scan('b', 1)] }) });

    expect(sink.events.map(describeEvent)).toEqual([
      'open c 1700000000500',
      'write of_container{a}=2',
      'write of_container{b}=1',
      'write total=3',
      expect.stringMatching(/^write kubescape_push_build_info=1 kubescape_push_last_success_/),
      'close',
    ]);
  });

  it('gives every sink the same series and the same timestamp', async () => {
    const sinks = [createSink(), createSink()];
    let clock = NOW;

    await cycle({ sinks }, { now: () => clock++ });

    const [first, second] = sinks.map((sink) => sink.events.map(describeEvent).slice(0, -2));
    expect(second).toEqual(first);
    expect(first?.[0]).toMatch(/^open c 17/);
  });

  it('sends self-metrics even if there are no findings', async () => {
    const sink = createSink();

    await cycle({ sinks: [sink], source: createSource({ scans: [] }), rows: [] });

    expect(seriesOf(sink).map(({ family }) => family.name)).toContain('kubescape_push_series');
  });

  it('reports what was read and each delivery', async () => {
    const source = createSource({
      during: (observer) => observer.skipped({ reason: 'empty', where: 'x', message: 'y' }),
    });
    const sinks = [createSink(), createSink({ status: 'failed' })];

    const report = await cycle({ sinks, source });

    expect(report).toMatchObject({ cluster: 'c', engine: { series: 2, merged: 0 } });
    expect(report.read.isIncomplete).toBe(true);
    expect(report.deliveries.map(({ status }) => status)).toEqual(['delivered', 'failed']);
  });

  it('notifies the observer in order', async () => {
    const seen: string[] = [];
    const observer: CycleObserver = {
      ...silent,
      progress: ({ done }) => seen.push(`progress ${done}`),
      skipped: ({ reason }) => seen.push(`skipped ${reason}`),
      inventory: ({ targets }, cluster) => seen.push(`inventory ${cluster} ${targets.length}`),
      scan: ({ target }) => seen.push(`scan ${target.image.repository}`),
    };
    const state = { phase: 'reading', unit: 'bytes', done: 7, bytes: 7 } as const;
    const source = createSource({
      scans: [scan('a', 0), scan('b', 0)],
      during(reading) {
        reading.progress(state);
        reading.skipped({ reason: 'empty', where: 'x', message: 'y' });
      },
    });

    await cycle({ source }, { observer });

    expect(seen).toEqual(['progress 7', 'skipped empty', 'inventory c 2', 'scan a', 'scan b']);
  });

  it('sends only self-metrics if the source is unavailable', async () => {
    const sink = createSink();

    await expect(cycle({ sinks: [sink], source: deadSource })).rejects.toThrow(SourceError);

    expect(sink.events.map(describeEvent)).toEqual([
      'open c 1700000000500',
      expect.stringMatching(/^write kubescape_push_build_info=1/),
      'abort',
    ]);
    expect(valueOf(sink, 'source_up')).toBe(0);
    expect(valueOf(sink, 'source_errors')).toBe(1);
  });

  it('opens no sink if the source is unavailable and the cluster name is unknown', async () => {
    const sink = createSink();

    await expect(cycle({ sinks: [sink], source: deadSource, cluster: undefined })).rejects.toThrow(
      SourceError,
    );
    expect(sink.events).toEqual([]);
  });

  it('uses the cluster name of the last read while the source is unavailable', async () => {
    const memory = new CycleMemory();
    const sink = createSink();
    await cycle({ cluster: undefined, source: createSource({ clusters: ['found'] }) }, { memory });

    await expect(
      cycle({ sinks: [sink], source: deadSource, cluster: undefined }, { memory }),
    ).rejects.toThrow(SourceError);

    expect(sink.events.map(describeEvent)[0]).toBe('open found 1700000000500');
  });

  it('counts consecutive failed reads and still reports the series of the last successful one', async () => {
    const memory = new CycleMemory();
    const sink = createSink();
    await cycle({ sinks: [sink] }, { memory });
    for (let i = 0; i < 2; i++) {
      await expect(cycle({ sinks: [sink], source: deadSource }, { memory })).rejects.toThrow(
        SourceError,
      );
    }

    expect(valueOf(sink, 'source_errors')).toBe(2);
    expect(valueOf(sink, 'series')).toBe(2);

    await cycle({ sinks: [sink] }, { memory });

    expect(valueOf(sink, 'source_errors')).toBe(0);

    await expect(cycle({ sinks: [sink], source: deadSource }, { memory })).rejects.toThrow(
      SourceError,
    );
    expect(valueOf(sink, 'source_errors')).toBe(1);
  });

  it.each`
    what                               | before         | now            | isComplete
    ${'every kind is up'}              | ${['a', 'b']}  | ${['a', 'b']}  | ${true}
    ${'a kind is new'}                 | ${['a']}       | ${['a', 'b']}  | ${true}
    ${'a kind that was up is down'}    | ${['a', 'b']}  | ${['a', '-b']} | ${false}
    ${'a kind that was up is missing'} | ${['a', 'b']}  | ${['a']}       | ${false}
    ${'a kind stays down'}             | ${['a', '-b']} | ${['a', '-b']} | ${true}
    ${'a kind has failed'}             | ${[]}          | ${['a', '!b']} | ${false}
  `('calls a cycle complete: $isComplete, if $what', async (row: KindCase) => {
    const memory = new CycleMemory();
    const sink = createSink();
    await cycle({ source: createSource({ kinds: toKinds(row.before) }) }, { memory });

    await cycle({ sinks: [sink], source: createSource({ kinds: toKinds(row.now) }) }, { memory });

    expect(sink.events.at(-1)).toEqual({ type: 'close', isComplete: row.isComplete });
  });

  it.each(['invalid_json', 'truncated'] as const)(
    'calls a cycle incomplete if a report was %s, and ends no series',
    async (reason) => {
      const sink = createSink();
      const source = createSource({ during: skips(reason) });

      const report = await cycle({ sinks: [sink], source });

      expect(report.isComplete).toBe(false);
      expect(sink.events.at(-1)).toEqual({ type: 'close', isComplete: false });
    },
  );

  it('is complete if only harmless reports were skipped', async () => {
    const source = createSource({ during: skips('duplicate') });

    expect((await cycle({ source })).isComplete).toBe(true);
  });

  it('is complete again if a missing kind stays missing', async () => {
    const memory = new CycleMemory();
    const sink = createSink();
    for (const kinds of [['a', 'b'], ['a'], ['a']]) {
      await cycle({ sinks: [sink], source: createSource({ kinds: toKinds(kinds) }) }, { memory });
    }

    const closed = sink.events.flatMap((event) =>
      event.type === 'close' ? [event.isComplete] : [],
    );
    expect(closed).toEqual([true, false, true]);
  });

  it('reports this cycle as the last success of an endpoint that has accepted everything so far', async () => {
    const good = createSink();
    const bad = createSink({ name: 'bad', loses: true });

    await cycle({ sinks: [good, bad] });

    const texts = [good, bad].map((sink) =>
      seriesOf(sink)
        .filter(({ family }) => family.name === 'kubescape_push_last_success_timestamp_seconds')
        .map(({ labels, value }) => `${labels.map((one) => one.value).join()} ${value}`),
    );
    expect(texts).toEqual([[`c,fake ${NOW / 1000}`], []]);
  });

  it('numbers endpoints with the same name, so that their series differ', async () => {
    const sink = createSink();

    await cycle({ sinks: [sink, createSink()] });

    const sets = seriesOf(sink).map(({ family, labels }) => JSON.stringify([family.name, labels]));
    expect(new Set(sets).size).toBe(sets.length);
  });

  it('opens no sink if the cluster has no name', async () => {
    const sink = createSink();
    const source = createSource({ clusters: [] });

    await expect(cycle({ sinks: [sink], source, cluster: undefined })).rejects.toThrow(
      ClusterNameError,
    );
    expect(sink.events).toEqual([]);
  });

  it('uses the cluster name in the results if none is configured', async () => {
    const source = createSource({ clusters: ['found'] });

    expect((await cycle({ source, cluster: undefined })).cluster).toBe('found');
  });

  it('aborts every sink if the source fails midway, so that nothing counts as delivered', async () => {
    const sinks = [createSink(), createSink()];
    const source = createSource({ scans: [scan('a', 2)], failure: new Error('disk gone') });

    await expect(cycle({ sinks, source })).rejects.toThrow('disk gone');

    for (const sink of sinks) {
      expect(sink.events.map(describeEvent)).toEqual([
        'open c 1700000000500',
        'write of_container{a}=2',
        expect.stringMatching(/^write kubescape_push_build_info=1/),
        'abort',
      ]);
      expect(valueOf(sink, 'source_up')).toBe(0);
    }
  });

  it('aborts every sink when the signal aborts midway', async () => {
    const sink = createSink();
    const controller = new AbortController();
    const observer = { ...silent, scan: () => controller.abort() };
    const source = createSource({ scans: [scan('a', 2), scan('b', 1)] });

    await expect(
      cycle({ sinks: [sink], source }, { observer, signal: controller.signal }),
    ).rejects.toThrow(/aborted/);

    expect(sink.events.map(describeEvent)).toEqual([
      'open c 1700000000500',
      'write of_container{a}=2',
      'abort',
    ]);
  });

  // A long cluster name is truncated in series about findings, so self-metrics must truncate it as well.
  it('gives self-metrics the same cluster label as all other series', async () => {
    const sink = createSink();

    await cycle({ sinks: [sink], cluster: 'a-cluster-with-a-long-name', maxLabelValueBytes: 16 });

    const clusters = seriesOf(sink).flatMap(({ labels }) =>
      labels.filter(({ name }) => name === 'cluster').map(({ value }) => value),
    );
    expect(new Set(clusters).size).toBe(1);
  });
});

function skips(reason: SkipReason): (observer: ReadObserver) => void {
  return (observer) => observer.skipped({ reason, where: 'x', message: 'y' });
}

interface KindCase {
  readonly before: readonly string[];
  readonly now: readonly string[];
  readonly isComplete: boolean;
}
