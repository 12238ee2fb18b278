import type { Series } from '../metrics/series.ts';
import type { SampleCounts } from '../remote-write/sample-counts.ts';
import type { SinkCounters } from './sink-counters.ts';

export type { SampleCounts } from '../remote-write/sample-counts.ts';
export type { SinkCounters } from './sink-counters.ts';

/** One run from scan results to receivers. */
export interface CycleInfo {
  /** Timestamp of every sample, in milliseconds since the Unix epoch. */
  readonly timestampMs: number;
  /** Value of the label `cluster` and of the Pushgateway grouping key. */
  readonly cluster: string;
  /** Index of this process in a sharded cluster. Part of the grouping key. */
  readonly shard?: string;
}

/** Outcome of sending the series of one cycle to one sink. */
export interface Delivery extends SampleCounts {
  /** Name of the sink, without credentials. */
  readonly sink: string;
  readonly status: 'delivered' | 'partial' | 'failed';
  /** Number of retried requests. */
  readonly retries: number;
  /** Problems that did not cause a loss of samples. */
  readonly warnings?: readonly string[];
}

export interface CycleOutcome {
  /** Whether the source was read completely. Only then do missing series end. */
  readonly isComplete: boolean;
  /** Returns the self-metrics. Called after all results are delivered or have failed, to include the outcome. */
  readonly selfSeries: () => readonly Series[];
}

export interface ResendRequest {
  readonly cycle: CycleInfo;
  /** False if the results are too old. Then only self-metrics are sent. */
  readonly withResults: boolean;
  readonly selfSeries: () => readonly Series[];
  readonly signal: AbortSignal;
}

export interface EndOptions {
  readonly selfSeries: () => readonly Series[];
  readonly signal: AbortSignal;
}

/** A destination for series. Sinks run in parallel and never wait for each other. */
export interface Sink {
  readonly name: string;
  readonly counters: SinkCounters;
  /** Opens a session. There is only one at a time. */
  open(cycle: CycleInfo, options: { signal: AbortSignal }): SinkSession;
  /** Sends the values of the last cycle again. Absent if values stay visible without resends. Never rejects. */
  readonly resend?: (request: ResendRequest) => Promise<Delivery>;
  /**
   * Stops the open session if its receiver is failing, because a newer cycle is due. What is not delivered by then
   * stays pending.
   */
  readonly stopIfFailing?: () => void;
  /** Ends every series. Absent if the destination has no stale markers. Never rejects. */
  readonly endSeries?: (cycle: CycleInfo, options: EndOptions) => Promise<Delivery>;
}

export interface SinkSession {
  /** Waits only while the buffer of the sink is full. Never rejects. */
  write(series: readonly Series[]): Promise<void>;
  /** Waits until everything is delivered or has failed. Never rejects. */
  close(outcome: CycleOutcome): Promise<Delivery>;
  /**
   * Ends the session after the source failed. Sends self-metrics, but no more results, because a partial
   * result must not replace a complete one. Never rejects.
   */
  abort(outcome: Pick<CycleOutcome, 'selfSeries'>): Promise<Delivery>;
}
