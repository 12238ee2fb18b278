import type { CycleReport } from '../../../src/cycle/cycle-result.ts';
import { type CycleObserver, type CycleOptions, runCycle } from '../../../src/cycle/run-cycle.ts';
import { containerLabels } from '../../../src/metrics/label-catalogue.ts';
import type { MetricRow } from '../../../src/metrics/row.ts';
import type { Series } from '../../../src/metrics/series.ts';
import type { Container } from '../../../src/model/container.ts';
import type { Finding } from '../../../src/model/finding.ts';
import type { ImageScan } from '../../../src/model/image-scan.ts';
import type { ResultGap } from '../../../src/model/result-gap.ts';
import { noSamples } from '../../../src/remote-write/sample-counts.ts';
import { SinkCounters } from '../../../src/sinks/sink-counters.ts';
import type { CycleInfo, Delivery, Sink } from '../../../src/sinks/sink.ts';
import {
  type KindUp,
  type ReadObserver,
  type ScanSource,
  SourceError,
} from '../../../src/sources/scan-source.ts';

export const NOW = 1_700_000_000_500;

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

export const silent: CycleObserver = {
  warn: () => undefined,
  inventory: () => undefined,
  progress: () => undefined,
  scan: () => undefined,
  skipped: () => undefined,
};

type Event =
  | { readonly type: 'open'; readonly cycle: CycleInfo }
  | { readonly type: 'write'; readonly series: readonly Series[] }
  | { readonly type: 'close'; readonly isComplete: boolean }
  | { readonly type: 'abort' };

export interface FakeSink extends Sink {
  readonly events: readonly Event[];
}

const texts = { packageName: 'p', packageVersion: '1', packageType: '', packageUrl: '' };
const facts = { fixedVersion: '', fixable: false, remoteCodeExecution: false, cvssScore: 0 };
const finding: Finding = { id: 'CVE-1', severity: 'High', ...texts, ...facts };

/** `-a` is a kind that is down, `!a` one that failed. */
export function toKinds(names: readonly string[]): KindUp[] {
  return names.map((text) => ({
    kind: text.replace(/^[-!]/, ''),
    isUp: !/^[-!]/.test(text),
    hasFailed: text.startsWith('!'),
  }));
}

export const deadSource: ScanSource = {
  name: 'fake',
  read: async () => Promise.reject(new SourceError('nothing')),
};

interface FakeSinkOptions extends Partial<Pick<Delivery, 'status'>> {
  readonly name?: string;
  /** Whether a sample is lost with the first write. */
  readonly loses?: boolean;
}

export function createSink({
  status = 'delivered',
  name = 'fake',
  loses = false,
}: FakeSinkOptions = {}): FakeSink {
  const events: Event[] = [];
  const counts = { ...noSamples, retries: 0 };
  const counters = new SinkCounters();
  return {
    name,
    counters,
    events,
    open(info) {
      events.push({ type: 'open', cycle: info });
      return {
        async write(series) {
          if (series.length > 0) events.push({ type: 'write', series });
          if (loses) counters.drop('full', 1);
        },
        async close({ selfSeries, isComplete }) {
          events.push({ type: 'write', series: selfSeries() }, { type: 'close', isComplete });
          return { sink: 'fake', status, ...counts };
        },
        async abort({ selfSeries }) {
          const series = selfSeries();
          if (series.length > 0) events.push({ type: 'write', series });
          events.push({ type: 'abort' });
          return { sink: 'fake', status: 'failed', ...counts };
        },
      };
    },
  };
}

interface FakeSource {
  readonly kinds?: readonly KindUp[];
  readonly scans?: readonly ImageScan[];
  readonly clusters?: readonly string[];
  readonly gaps?: readonly ResultGap[];
  /** Thrown after the last scan. */
  readonly failure?: Error;
  readonly during?: (observer: ReadObserver) => void;
}

export function createSource({
  scans = [scan('a', 1)],
  clusters = ['c'],
  kinds = [],
  gaps = [],
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
        kinds,
        gaps,
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

export async function cycle(
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

export function scan(repository: string, count: number): ImageScan {
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

export function seriesOf({ events }: FakeSink): Series[] {
  return events.flatMap((event) => (event.type === 'write' ? event.series : []));
}

/** The arguments of the last call. */
export function valueOf(sink: FakeSink, name: string): number | undefined {
  return seriesOf(sink).findLast(({ family }) => family.name === `kubescape_push_${name}`)?.value;
}

/** Describes an event, such as `write total=3`. Of the labels, it only shows the container name. */
export function describeEvent(event: Event): string {
  if (event.type === 'open') return `open ${event.cycle.cluster} ${event.cycle.timestampMs}`;
  if (event.type !== 'write') return event.type;
  const series = event.series.map(({ family, labels, value }) => {
    const name = labels.find((label) => label.name === 'name')?.value;
    return `${family.name}${name === undefined ? '' : `{${name}}`}=${value}`;
  });
  return `write ${series.join(' ')}`;
}
