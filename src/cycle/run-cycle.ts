import { Engine, type EngineStatistics } from '../metrics/engine/engine.ts';
import { LabelValueLimiter } from '../metrics/label-value-limiter.ts';
import type { MetricRow } from '../metrics/row.ts';
import { withoutSums } from '../metrics/selection/without-sums.ts';
import type { Series } from '../metrics/series.ts';
import type { ImageScan, ScanInventory } from '../model/image-scan.ts';
import type { PostureScan } from '../model/posture-scan.ts';
import type { ResultGroup } from '../model/result-gap.ts';
import type { Sink } from '../sinks/sink.ts';
import {
  type KindUp,
  type ReadObserver,
  type ScanRead,
  type ScanSource,
  SourceError,
} from '../sources/scan-source.ts';
import { resolveCluster } from './cluster-name.ts';
import { CycleMemory } from './cycle-memory.ts';
import type { CycleReport, CycleResult } from './cycle-result.ts';
import { ReadStatistics } from './read-statistics.ts';
import type { SelfMetricFacts } from './self-metrics.ts';
import { SelfReport } from './self-report.ts';
import { SinkSessions } from './sink-sessions.ts';

/** Parts that stay the same from cycle to cycle. */
export interface CycleOptions {
  readonly source: ScanSource;
  readonly sinks: readonly Sink[];
  readonly rows: readonly MetricRow[];
  readonly maxLabelValueBytes: number;
  /** Takes precedence over the name in the scan results. */
  readonly cluster: string | undefined;
  readonly version: string;
  /** Index of this process in a sharded cluster. Absent without sharding. */
  readonly shard?: string;
}

export interface CycleObserver extends Pick<ReadObserver, 'skipped' | 'progress' | 'warn'> {
  inventory(inventory: ScanInventory, cluster: string): void;
  scan(scan: ImageScan): void;
  posture?(scan: PostureScan): void;
}

export interface CycleRuntime {
  readonly observer: CycleObserver;
  /** Stops reading. Results that are incomplete by then are dropped. */
  readonly signal: AbortSignal;
  /** Stops delivering. Default: `signal`. */
  readonly deliverySignal?: AbortSignal;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
  /** State of earlier cycles. Default: none. */
  readonly memory?: CycleMemory;
  /** Whether the agent's schedule triggered the cycle. Default: false. */
  readonly isScheduled?: boolean;
  /** Whether reported changes caused the cycle. Default: false. */
  readonly isChangeOnly?: boolean;
  /** Milliseconds between two cycles. Absent without a schedule. */
  readonly intervalMs?: number | undefined;
  /** Called when a sink starts receiving series, and when it is done. */
  readonly onFeeding?: (sink: Sink, isFeeding: boolean) => void;
  /** Called when everything is read, with the report that has the current self-metrics from then on. */
  readonly onRead?: (selfReport: SelfReport) => void;
}

/**
 * Runs one cycle from scan results to receivers. Each image becomes series, goes to every sink, and is
 * released before the next one is read.
 *
 * @throws {SourceError} The source could not be read. Receivers got self-metrics that report it.
 * @throws {ClusterNameError} The cluster name is unknown or ambiguous.
 */
export async function runCycle(options: CycleOptions, runtime: CycleRuntime): Promise<CycleReport> {
  const result = await attemptCycle(options, runtime);
  if (result.status === 'failed') throw result.failure.error;
  return result.report;
}

/** Like `runCycle`, but returns a failure instead of throwing it. Never rejects. */
export async function attemptCycle(
  options: CycleOptions,
  runtime: CycleRuntime,
): Promise<CycleResult> {
  return new Cycle(options, runtime).run();
}

class Cycle {
  readonly #options: CycleOptions;
  readonly #runtime: CycleRuntime;
  readonly #memory: CycleMemory;
  readonly #read = new ReadStatistics();
  readonly #labelLimiter: LabelValueLimiter;
  readonly #startMs: number;

  constructor(options: CycleOptions, runtime: CycleRuntime) {
    this.#options = options;
    this.#runtime = runtime;
    this.#memory = runtime.memory ?? new CycleMemory();
    this.#labelLimiter = new LabelValueLimiter(options.maxLabelValueBytes);
    this.#startMs = runtime.now();
  }

  async run(): Promise<CycleResult> {
    const { source } = this.#options;
    const { observer, signal, isScheduled = false, isChangeOnly = false } = this.#runtime;
    let read: OpenRead;
    try {
      const scanRead = await source.read(countReads(observer, this.#read), {
        signal,
        isScheduled,
        isChangeOnly,
      });
      const { inventory } = scanRead;
      const cluster = this.#clusterName(inventory.clusters);
      const rows = withoutSums(this.#options.rows, incompleteGroups(scanRead));
      const engine = new Engine({ ...this.#options, rows, cluster, inventory });
      read = { scanRead, engine, cluster };
    } catch (error) {
      return this.#reportFailedRead(error);
    }
    const { inventory, gaps } = read.scanRead;
    observer.inventory(inventory, read.cluster);
    for (const { message } of gaps) observer.warn(message);
    return this.#deliver(read);
  }

  async #deliver({ scanRead, engine, cluster }: OpenRead): Promise<CycleResult> {
    const { kinds, gaps } = scanRead;
    const memory = this.#memory;
    const selfReport = this.#createReport({
      cluster,
      kinds,
      engine: undefined,
      isComplete: gaps.length === 0,
      failedReads: 0,
    });
    const sessions = this.#open(selfReport);
    try {
      await sessions.feed(seriesOf(scanRead, engine, this.#runtime));
    } catch (error) {
      return this.#abort(sessions, cluster, error);
    }
    // A kind that is missing for the first time may return in the next cycle.
    const hasLost = memory.lostKinds(kinds).length > 0 || kinds.some(({ hasFailed }) => hasFailed);
    const hasGaps = this.#read.isIncomplete || hasLost || gaps.length > 0;
    const isComplete = !hasLost && gaps.length === 0 && this.#read.isWhole;
    const { statistics } = engine;
    this.#remember(cluster, kinds, statistics);
    selfReport.completeRead(statistics, !hasGaps);
    this.#runtime.onRead?.(selfReport);
    const deliveries = await sessions.close(isComplete, (sink) => selfReport.series(sink));
    selfReport.finish();
    const facts = { cluster, kinds, read: this.#read, engine: statistics };
    return {
      status: 'done',
      report: { ...facts, deliveries, hasGaps, isComplete, selfReport },
    };
  }

  /** An aborted cycle says nothing about the source's health, so it sends no self-metrics. */
  async #abort(sessions: SinkSessions, cluster: string, error: unknown) {
    const isStopped = this.#runtime.signal.aborted;
    const selfReport = isStopped ? undefined : this.#createReport(this.#failure(cluster));
    const deliveries = await sessions.abort(() => selfReport?.series() ?? []);
    selfReport?.finish();
    return { status: 'failed', failure: { error, deliveries, selfReport } } as const;
  }

  /** Sends self-metrics that report the failed read, if the cluster name is known. */
  async #reportFailedRead(error: unknown): Promise<CycleResult> {
    const cluster = this.#options.cluster ?? this.#memory.cluster;
    if (cluster === undefined || this.#runtime.signal.aborted || !(error instanceof SourceError)) {
      return { status: 'failed', failure: { error, deliveries: [], selfReport: undefined } };
    }
    const selfReport = this.#createReport(this.#failure(this.#labelLimiter.clean(cluster)));
    const deliveries = await this.#open(selfReport).abort(() => selfReport.series());
    selfReport.finish();
    return { status: 'failed', failure: { error, deliveries, selfReport } };
  }

  /** Cleans the name once, so that it is the same in all series and grouping keys. */
  #clusterName(found: readonly string[]): string {
    return this.#labelLimiter.clean(resolveCluster(this.#options.cluster, found));
  }

  #remember(cluster: string, kinds: readonly KindUp[], engine: EngineStatistics): void {
    const lastReadMs = this.#startMs;
    Object.assign(this.#memory, { cluster, kinds, engine, lastReadMs, failedReads: 0 });
  }

  #failure(cluster: string): ReportFacts {
    const memory = this.#memory;
    memory.failedReads++;
    const { failedReads, engine } = memory;
    return { cluster, kinds: memory.kindsDown(), engine, isComplete: false, failedReads };
  }

  #createReport(facts: ReportFacts): SelfReport {
    const { version, shard, source, sinks } = this.#options;
    const { intervalMs, now } = this.#runtime;
    const common = { version, source: source.name, read: this.#read, intervalMs };
    const timestampMs = now();
    return new SelfReport(
      sinks,
      { ...facts, ...common, timestampMs, ...(shard !== undefined && { shard }) },
      () => now() - this.#startMs,
    );
  }

  #open({ info }: SelfReport): SinkSessions {
    const { onFeeding, deliverySignal, signal } = this.#runtime;
    return new SinkSessions(this.#options.sinks, info, {
      signal: deliverySignal ?? signal,
      onFeeding,
    });
  }
}

interface OpenRead {
  readonly scanRead: ScanRead;
  readonly engine: Engine;
  readonly cluster: string;
}

type ReportFacts = Pick<
  SelfMetricFacts,
  'cluster' | 'kinds' | 'engine' | 'isComplete' | 'failedReads'
>;

function incompleteGroups({ gaps }: ScanRead): ReadonlySet<ResultGroup> {
  return new Set(gaps.flatMap(({ groups }) => groups));
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
    observer.posture?.(posture);
    engine.addPosture(posture);
  }
  yield engine.finish();
}
