import { Engine, type EngineStatistics } from '../metrics/engine.ts';
import { LabelRules } from '../metrics/label-rules.ts';
import type { MetricRow } from '../metrics/row.ts';
import type { Series } from '../metrics/series.ts';
import type { ImageScan, ScanInventory } from '../model/image-scan.ts';
import type { Delivery, Sink, SinkSession } from '../sinks/sink.ts';
import type { KindUp, ReadObserver, ScanRead, ScanSource } from '../sources/scan-source.ts';
import { resolveCluster } from './cluster-name.ts';
import { ownSeries } from './own-metrics.ts';
import { ReadStatistics } from './read-statistics.ts';

/** Everything one cycle needs; nothing in it changes from cycle to cycle. */
export interface CycleOptions {
  readonly source: ScanSource;
  readonly sinks: readonly Sink[];
  readonly rows: readonly MetricRow[];
  readonly maxLabelValueBytes: number;
  /** Goes before the name in the scan results. */
  readonly cluster: string | undefined;
  readonly version: string;
  /** Index of this process among those that share the cluster; absent if it is alone. */
  readonly shard?: string;
}

/** Told what a cycle does, for people who watch. */
export interface CycleObserver extends Pick<ReadObserver, 'skipped' | 'progress' | 'warn'> {
  inventory(inventory: ScanInventory, cluster: string): void;
  scan(scan: ImageScan): void;
}

export interface CycleReport {
  readonly cluster: string;
  readonly kinds: readonly KindUp[];
  readonly read: ReadStatistics;
  readonly engine: EngineStatistics;
  readonly deliveries: readonly Delivery[];
}

export interface CycleRuntime {
  readonly observer: CycleObserver;
  readonly signal: AbortSignal;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
}

/**
 * From scan results to receivers, once. Each image is turned into series, handed to every sink
 * and forgotten before the next one is read.
 *
 * @throws {SourceError} The source gave nothing, before anything was sent.
 * @throws {ClusterNameError} Nobody says what the cluster is called.
 */
export async function runCycle(options: CycleOptions, runtime: CycleRuntime): Promise<CycleReport> {
  const { source, sinks } = options;
  const { observer, signal } = runtime;
  const read = new ReadStatistics();
  const scanRead = await source.read(countReads(observer, read), { signal });
  const rules = new LabelRules(options.maxLabelValueBytes);
  // Cleaned once, so that every series and every grouping key has the same name.
  const cluster = rules.clean(resolveCluster(options.cluster, scanRead.inventory.clusters));
  observer.inventory(scanRead.inventory, cluster);
  // A shard knows only its own containers, and so never that there are no others.
  if (options.shard === undefined && lacksAllFindings(scanRead.inventory)) {
    read.noteWithoutFindings();
    observer.warn(describeLack(scanRead.inventory));
  }

  const engine = new Engine({ ...options, cluster, inventory: scanRead.inventory });
  const { shard, version } = options;
  const info = { timestampMs: runtime.now(), cluster, ...(shard !== undefined && { shard }) };
  const sessions = sinks.map((sink) => sink.open(info, { signal }));
  try {
    await feed(sessions, seriesOf(scanRead, engine, runtime));
    const { kinds } = scanRead;
    const facts = { ...info, version, source: source.name, kinds, read };
    await writeAll(sessions, ownSeries({ ...facts, engine: engine.statistics }));
  } catch (error) {
    await Promise.all(sessions.map(async (session) => session.abort()));
    throw error;
  }
  const deliveries = await Promise.all(sessions.map(async (session) => session.close()));
  const { kinds } = scanRead;
  return { cluster, kinds, read, engine: engine.statistics, deliveries };
}

function lacksAllFindings({ targets, danglingReferences }: ScanInventory): boolean {
  return danglingReferences > 0 && targets.every(({ containers }) => containers.length === 0);
}

function describeLack({ danglingReferences }: ScanInventory): string {
  const containers = danglingReferences === 1 ? 'the only container' : 'all containers';
  return `no findings of ${containers} (${danglingReferences}) are there, so none is counted: their summaries refer to VulnerabilityManifests that are missing; export those too if this is a dump, else let Kubescape scan for vulnerabilities anew`;
}

function countReads(observer: CycleObserver, read: ReadStatistics): ReadObserver {
  return {
    progress: (progress) => observer.progress(progress),
    warn: (message) => observer.warn(message),
    read: () => read.countRead(),
    skipped(report) {
      read.countSkipped(report);
      observer.skipped(report);
    },
  };
}

async function* seriesOf(
  scanRead: ScanRead,
  engine: Engine,
  { observer, signal }: CycleRuntime,
): AsyncGenerator<Series[]> {
  for await (const scan of scanRead.scans()) {
    signal.throwIfAborted();
    observer.scan(scan);
    yield engine.add(scan);
  }
  for await (const posture of scanRead.postures()) {
    signal.throwIfAborted();
    engine.addPosture(posture);
  }
  yield engine.finish();
}

async function feed(
  sessions: readonly SinkSession[],
  series: AsyncIterable<Series[]>,
): Promise<void> {
  for await (const some of series) await writeAll(sessions, some);
}

async function writeAll(sessions: readonly SinkSession[], series: Series[]): Promise<void> {
  await Promise.all(sessions.map(async (session) => session.write(series)));
}
