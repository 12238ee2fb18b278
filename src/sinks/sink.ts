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
  /** Requests that were repeated. */
  readonly retries: number;
  /** Bytes of request bodies that were accepted, as sent (compressed). */
  readonly bytes: number;
  /** Why not everything was delivered, one sentence per distinct cause. */
  readonly errors: readonly string[];
  /** What is not well although it was delivered, one sentence each. */
  readonly warnings?: readonly string[];
}

/** A place that series go to. Several are fed at once and must not hinder each other. */
export interface Sink {
  readonly name: string;
  open(cycle: CycleInfo, options: { signal: AbortSignal }): SinkSession;
}

export interface SinkSession {
  /** Takes the next series; waits only while the sink's own buffer is full. Never rejects. */
  write(series: readonly Series[]): Promise<void>;
  /** Waits until everything is delivered or given up. Never rejects. */
  close(): Promise<Delivery>;
  /** The source failed: sends nothing more, so that half a result never replaces a whole one. */
  abort(): Promise<Delivery>;
}
