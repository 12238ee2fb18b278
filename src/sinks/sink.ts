import type { Series } from '../metrics/series.ts';

/** One run from scan results to receivers. */
export interface CycleInfo {
  /** Milliseconds since the Unix epoch; every sample of the cycle carries it. */
  readonly timestampMs: number;
  /** Value of the `cluster` label, and of the grouping key of a Pushgateway. */
  readonly cluster: string;
  /** Index of this process among those that share the cluster; part of a grouping key, too. */
  readonly shard?: string;
}

/** What became of the series of one cycle at one sink. Counts are samples. */
export interface Delivery {
  /** Name for logs: never holds credentials. */
  readonly sink: string;
  readonly status: 'delivered' | 'partial' | 'failed';
  readonly sent: number;
  readonly failed: number;
  /** Not taken yet, and on disk for the next run: not among the failed ones. */
  readonly kept?: number;
  /** Requests that were repeated. */
  readonly retries: number;
  /** Bytes of request bodies that were accepted, as sent (compressed). */
  readonly bytes: number;
  /** Why not everything was delivered, one sentence per distinct cause. */
  readonly errors: readonly string[];
  /** What a person should know although it cost no samples. */
  readonly warnings?: readonly string[];
}

/** How a cycle ended, as far as a sink must know. */
export interface CycleOutcome {
  /**
   * Whether everything was read that should be there. Only then has a series that is missing
   * ended; else its last value is the best that is known.
   */
  readonly isComplete: boolean;
  /**
   * What the agent says about itself. Asked for when all results are delivered or given up, so
   * that it can tell of that, too.
   */
  readonly selfSeries: () => readonly Series[];
}

/** What a sink did since the process began. */
export interface DeliveryCounters {
  readonly samplesSent: number;
  readonly samplesFailed: number;
  /** Samples that the receiver has not taken yet, and that are kept for it. */
  readonly samplesKept: number;
  /** Samples in requests that were repeated, once for each repetition. */
  readonly samplesRetried: number;
  /** Samples that were never offered to the receiver, or given up before it took them, by reason. */
  readonly samplesDropped: ReadonlyMap<string, number>;
  /** Of request bodies that were accepted, compressed. */
  readonly bytesSent: number;
  /** Milliseconds since the Unix epoch; absent before the first cycle that was taken whole. */
  readonly lastSuccessMs: number | undefined;
}

/** Sends what was sent before, with a new timestamp. */
export interface RepeatRequest {
  /** Of the time of the repetition. */
  readonly cycle: CycleInfo;
  /** Whether results go along; else they are too old, and only the agent's own series go. */
  readonly withResults: boolean;
  readonly selfSeries: () => readonly Series[];
  readonly signal: AbortSignal;
}

export interface EndOptions {
  /** What the agent has said about itself: no cycle holds it. */
  readonly selfSeries: () => readonly Series[];
  readonly signal: AbortSignal;
}

/** A place that series go to. Several are fed at once and must not hinder each other. */
export interface Sink {
  readonly name: string;
  readonly counters: DeliveryCounters;
  /** One session at a time; a repetition is none. */
  open(cycle: CycleInfo, options: { signal: AbortSignal }): SinkSession;
  /** Missing where values stay visible by themselves. Never rejects. */
  readonly repeat?: (request: RepeatRequest) => Promise<Delivery>;
  /** Ends every series; missing where series do not end. Never rejects. */
  readonly endSeries?: (cycle: CycleInfo, options: EndOptions) => Promise<Delivery>;
}

export interface SinkSession {
  /** Takes the next series; waits only while the sink's own buffer is full. Never rejects. */
  write(series: readonly Series[]): Promise<void>;
  /** Waits until everything is delivered or given up. Never rejects. */
  close(outcome: CycleOutcome): Promise<Delivery>;
  /**
   * The source failed: sends no more results, so that half a result never replaces a whole one.
   * The agent's own series still go. Never rejects.
   */
  abort(outcome: Pick<CycleOutcome, 'selfSeries'>): Promise<Delivery>;
}
