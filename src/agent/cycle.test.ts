import { describe, expect, it } from 'vitest';

import { containerLabels } from '../metrics/label-catalogue.ts';
import type { MetricRow } from '../metrics/row.ts';
import type { Series } from '../metrics/series.ts';
import type { Container } from '../model/container.ts';
import type { Finding } from '../model/finding.ts';
import type { ImageScan } from '../model/image-scan.ts';
import { DeliveryCounts } from '../sinks/delivery-counts.ts';
import type { CycleInfo, Delivery, Sink } from '../sinks/sink.ts';
import { type ReadObserver, type ScanSource, SourceError } from '../sources/scan-source.ts';
import { ClusterNameError } from './cluster-name.ts';
import { type CycleObserver, type CycleOptions, type CycleReport, runCycle } from './cycle.ts';

const NOW = 1_700_000_000_500;

const rows: readonly MetricRow[] = [
  { name: 'total', help: 'h', over: 'findings', labels: ['cluster'], value: 'count' },
  {
    name: 'of_container',
    help: 'h',
    over: 'findings',
    labels: containerLabels,
    value: 'count',
  },
];

const silent = {
  warn: () => undefined,
  inventory: () => undefined,
  progress: () => undefined,
  scan: () => undefined,
  skipped: () => undefined,
};

describe('runCycle', () => {
  it('sends series of containers image by image, then those of the cluster, then its own', async () => {
    const sink = createSink();

    await cycle({ sinks: [sink], source: createSource({ scans: [scan('a', 2), scan('b', 1)] }) });

    expect(sink.events.map(describeEvent)).toEqual([
      'open c 1700000000500',
      'write of_container{a}=2',
      'write of_container{b}=1',
      'write total=3',
      expect.stringMatching(/^write kubescape_push_build_info=1 kubescape_push_last_cycle_/),
      'close',
    ]);
  });

  it('gives every sink the same series and the same timestamp', async () => {
    const sinks = [createSink(), createSink()];
    let clock = NOW;

    await cycle({ sinks }, { now: () => clock++ });

    expect(sinks[1]?.events).toEqual(sinks[0]?.events);
    expect(clock).toBe(NOW + 1);
  });

  it('tells about itself also where nothing was found', async () => {
    const sink = createSink();

    await cycle({ sinks: [sink], source: createSource({ scans: [] }), rows: [] });

    expect(seriesOf(sink).map(({ family }) => family.name)).toContain('kubescape_push_series');
  });

  it('reports what was read and what became of it at each sink', async () => {
    const source = createSource({
      during: (observer) => observer.skipped({ reason: 'empty', where: 'x', message: 'y' }),
    });
    const sinks = [createSink(), createSink({ status: 'failed' })];

    const report = await cycle({ sinks, source });

    expect(report).toMatchObject({ cluster: 'c', engine: { series: 2, merged: 0 } });
    expect(report.read.isIncomplete).toBe(true);
    expect(report.deliveries.map(({ status }) => status)).toEqual(['delivered', 'failed']);
  });

  it('lets an observer see everything in its order', async () => {
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

  it('opens no sink where the source gives nothing', async () => {
    const sink = createSink();
    const source: ScanSource = {
      name: 'fake',
      read: async () => Promise.reject(new SourceError('nothing')),
    };

    await expect(cycle({ sinks: [sink], source })).rejects.toThrow(SourceError);
    expect(sink.events).toEqual([]);
  });

  it('opens no sink where nobody names the cluster', async () => {
    const sink = createSink();
    const source = createSource({ clusters: [] });

    await expect(cycle({ sinks: [sink], source, cluster: undefined })).rejects.toThrow(
      ClusterNameError,
    );
    expect(sink.events).toEqual([]);
  });

  it('takes the name of the cluster from the results where none is configured', async () => {
    const source = createSource({ clusters: ['found'] });

    expect((await cycle({ source, cluster: undefined })).cluster).toBe('found');
  });

  it('stops every sink where the source fails midway, so that nothing counts as delivered', async () => {
    const sinks = [createSink(), createSink()];
    const source = createSource({ scans: [scan('a', 2)], failure: new Error('disk gone') });

    await expect(cycle({ sinks, source })).rejects.toThrow('disk gone');

    for (const sink of sinks) {
      expect(sink.events.map(describeEvent)).toEqual([
        'open c 1700000000500',
        'write of_container{a}=2',
        'abort',
      ]);
    }
  });

  it('stops every sink when it is told to stop midway', async () => {
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

  // Expected: the same value in all series of a cycle; a long name is cut in those about findings.
  it('gives its own series the label cluster that all others have', async () => {
    const sink = createSink();

    await cycle({ sinks: [sink], cluster: 'a-cluster-with-a-long-name', maxLabelValueBytes: 16 });

    const clusters = seriesOf(sink).flatMap(({ labels }) =>
      labels.filter(({ name }) => name === 'cluster').map(({ value }) => value),
    );
    expect(new Set(clusters).size).toBe(1);
  });
});

type Event =
  | { readonly type: 'open'; readonly cycle: CycleInfo }
  | { readonly type: 'write'; readonly series: readonly Series[] }
  | { readonly type: 'close' | 'abort' };

interface FakeSink extends Sink {
  readonly events: readonly Event[];
}

const texts = { packageName: 'p', packageVersion: '1', packageType: '', packageUrl: '' };
const facts = { fixedVersion: '', fixable: false, remoteCodeExecution: false, cvssScore: 0 };
const finding: Finding = { id: 'CVE-1', severity: 'High', ...texts, ...facts };

function createSink({ status = 'delivered' }: Partial<Pick<Delivery, 'status'>> = {}): FakeSink {
  const events: Event[] = [];
  const counts = { sent: 0, failed: 0, retries: 0, bytes: 0, errors: [] };
  return {
    name: 'fake',
    counters: new DeliveryCounts(),
    events,
    open(info) {
      events.push({ type: 'open', cycle: info });
      return {
        async write(series) {
          if (series.length > 0) events.push({ type: 'write', series });
        },
        async close({ ownSeries }) {
          events.push({ type: 'write', series: ownSeries() }, { type: 'close' });
          return { sink: 'fake', status, ...counts };
        },
        async abort() {
          events.push({ type: 'abort' });
          return { sink: 'fake', status: 'failed', ...counts };
        },
      };
    },
  };
}

interface FakeSource {
  readonly scans?: readonly ImageScan[];
  readonly clusters?: readonly string[];
  /** Thrown after the last scan. */
  readonly failure?: Error;
  readonly during?: (observer: ReadObserver) => void;
}

function createSource({
  scans = [scan('a', 1)],
  clusters = ['c'],
  failure,
  during = () => undefined,
}: FakeSource): ScanSource {
  return {
    name: 'fake',
    async read(observer) {
      during(observer);
      const targets = scans.map(({ target }) => target);
      return {
        inventory: { clusters, targets, unscanned: [], danglingReferences: 0 },
        kinds: [],
        async *scans() {
          yield* scans;
          if (failure !== undefined) throw failure;
        },
        async *postures() {
          yield* [];
        },
      };
    },
  };
}

async function cycle(
  options: Partial<CycleOptions>,
  runtime: Partial<Parameters<typeof runCycle>[1]> = {},
): Promise<CycleReport> {
  const defaults: CycleOptions = {
    source: createSource({}),
    sinks: [],
    rows,
    maxLabelValueBytes: 1024,
    cluster: 'c',
    version: '0.0.0',
  };
  return runCycle(
    { ...defaults, ...options },
    { observer: silent, signal: new AbortController().signal, now: () => NOW, ...runtime },
  );
}

function scan(repository: string, count: number): ImageScan {
  const container: Container = {
    namespace: 'web',
    workloadKind: 'Pod',
    workload: 'w',
    name: repository,
    scanStatus: 'ready',
  };
  return {
    target: { image: { registry: 'r', repository, tag: '1', id: '' }, containers: [container] },
    findings: Array.from({ length: count }, () => finding),
  };
}

function seriesOf({ events }: FakeSink): Series[] {
  return events.flatMap((event) => (event.type === 'write' ? event.series : []));
}

/** `write total=3`: of labels only the name of the container is shown. */
function describeEvent(event: Event): string {
  if (event.type === 'open') return `open ${event.cycle.cluster} ${event.cycle.timestampMs}`;
  if (event.type !== 'write') return event.type;
  const series = event.series.map(({ family, labels, value }) => {
    const name = labels.find((label) => label.name === 'name')?.value;
    return `${family.name}${name === undefined ? '' : `{${name}}`}=${value}`;
  });
  return `write ${series.join(' ')}`;
}
