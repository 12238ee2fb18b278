import { Engine, type EngineStatistics } from '../metrics/engine/engine.ts';
import { LabelValueLimiter } from '../metrics/label-value-limiter.ts';
import type { MetricRow } from '../metrics/row.ts';
import type { Series } from '../metrics/series.ts';
import type { ImageScan, ScanInventory } from '../model/image-scan.ts';
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

export interface CycleRuntime {
  readonly observer: CycleObserver;
  /** Ends reading; results that are not read whole are given up. */
  readonly signal: AbortSignal;
  /** Gives up what is not delivered yet; by default `signal`. */
  readonly deliverySignal?: AbortSignal;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
  /** Of the cycles before; by default there were none. */
  readonly memory?: CycleMemory;
  /** Milliseconds from one cycle to the next; absent without a schedule. */
  readonly intervalMs?: number | undefined;
  /** Called when a sink begins to be fed, and when it has had everything. */
  readonly feeding?: (sink: Sink, isFed: boolean) => void;
  /** Called when everything was read: from here on, this is what is true of the agent. */
  readonly wasRead?: (own: SelfReport) => void;
}

/**
 * From scan results to receivers, once. Each image is turned into series, handed to every sink
 * and forgotten before the next one is read.
 *
 * @throws {SourceError} The source gave nothing; receivers were told so.
 * @throws {ClusterNameError} Nobody says what the cluster is called.
 */
export async function runCycle(options: CycleOptions, runtime: CycleRuntime): Promise<CycleReport> {
  const result = await attemptCycle(options, runtime);
  if (result.status === 'failed') throw result.failure.error;
  return result.report;
}

/** The same for those who go on after a failure. Never rejects. */
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
  readonly #rules: LabelValueLimiter;
  readonly #startMs: number;

  constructor(options: CycleOptions, runtime: CycleRuntime) {
    this.#options = options;
    this.#runtime = runtime;
    this.#memory = runtime.memory ?? new CycleMemory();
    this.#rules = new LabelValueLimiter(options.maxLabelValueBytes);
    this.#startMs = runtime.now();
  }

  async run(): Promise<CycleResult> {
    const { source } = this.#options;
    const { observer, signal } = this.#runtime;
    let read: OpenRead;
    try {
      const scanRead = await source.read(countReads(observer, this.#read), { signal });
      const { inventory } = scanRead;
      const cluster = this.#clusterName(inventory.clusters);
      read = { scanRead, engine: new Engine({ ...this.#options, cluster, inventory }), cluster };
    } catch (error) {
      return this.#reportNothing(error);
    }
    const { inventory } = read.scanRead;
    observer.inventory(inventory, read.cluster);
    // A shard knows only its own containers, and so never that there are no others.
    if (this.#options.shard === undefined && lacksAllFindings(inventory)) {
      this.#read.noteWithoutFindings();
      observer.warn(describeLack(inventory));
    }
    return this.#deliver(read);
  }

  async #deliver({ scanRead, engine, cluster }: OpenRead): Promise<CycleResult> {
    const { kinds } = scanRead;
    const memory = this.#memory;
    const own = this.#createReport({ cluster, kinds, engine: undefined, failedReads: 0 });
    const sessions = this.#open(own);
    try {
      await sessions.feed(seriesOf(scanRead, engine, this.#runtime));
    } catch (error) {
      return this.#giveUp(sessions, cluster, error);
    }
    // What is out of sight for the first time may be back in the next cycle; only then it has ended.
    const hasLost = memory.lostKinds(kinds).length > 0 || kinds.some(({ hasFailed }) => hasFailed);
    const hasGaps = this.#read.isIncomplete || hasLost;
    const isComplete = !hasGaps && this.#read.isWhole;
    const { statistics } = engine;
    this.#remember(cluster, kinds, statistics);
    own.completeRead(statistics);
    this.#runtime.wasRead?.(own);
    const deliveries = await sessions.close(isComplete, (sink) => own.series(sink));
    own.finish();
    const facts = { cluster, kinds, read: this.#read, engine: statistics };
    return { status: 'done', report: { ...facts, deliveries, hasGaps, isComplete, own } };
  }

  /** Who is told to stop knows nothing new of the source, so nothing is said of it then. */
  async #giveUp(sessions: SinkSessions, cluster: string, error: unknown) {
    const isStopped = this.#runtime.signal.aborted;
    const own = isStopped ? undefined : this.#createReport(this.#failure(cluster));
    const deliveries = await sessions.abort(() => own?.series() ?? []);
    own?.finish();
    return { status: 'failed', failure: { error, deliveries, own } } as const;
  }

  /** Receivers are told that nothing was read, if it is known whom to speak of. */
  async #reportNothing(error: unknown): Promise<CycleResult> {
    const cluster = this.#options.cluster ?? this.#memory.cluster;
    if (cluster === undefined || this.#runtime.signal.aborted || !(error instanceof SourceError)) {
      return { status: 'failed', failure: { error, deliveries: [], own: undefined } };
    }
    const own = this.#createReport(this.#failure(this.#rules.clean(cluster)));
    const deliveries = await this.#open(own).abort(() => own.series());
    own.finish();
    return { status: 'failed', failure: { error, deliveries, own } };
  }

  /** Cleaned once, so that every series and every grouping key has the same name. */
  #clusterName(found: readonly string[]): string {
    return this.#rules.clean(resolveCluster(this.#options.cluster, found));
  }

  #remember(cluster: string, kinds: readonly KindUp[], engine: EngineStatistics): void {
    const lastReadMs = this.#startMs;
    Object.assign(this.#memory, { cluster, kinds, engine, lastReadMs, failedReads: 0 });
  }

  #failure(cluster: string): ReportFacts {
    const memory = this.#memory;
    memory.failedReads++;
    const { failedReads, engine } = memory;
    return { cluster, kinds: memory.kindsDown(), engine, failedReads };
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
    const { feeding, deliverySignal, signal } = this.#runtime;
    return new SinkSessions(this.#options.sinks, info, {
      signal: deliverySignal ?? signal,
      feeding,
    });
  }
}

interface OpenRead {
  readonly scanRead: ScanRead;
  readonly engine: Engine;
  readonly cluster: string;
}

type ReportFacts = Pick<SelfMetricFacts, 'cluster' | 'kinds' | 'engine' | 'failedReads'>;

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
