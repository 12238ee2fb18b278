/**
 * Ends a series at its timestamp. Prometheus marks this with one exact NaN bit pattern, which a
 * JavaScript number cannot carry safely: V8 rewrites NaN payloads when a number passes through an
 * array of doubles or arithmetic, and the receiver would then store an ordinary NaN sample.
 */
export const STALE = Symbol('stale');

export interface Label {
  readonly name: string;
  readonly value: string;
}

export interface Metadata {
  readonly type: MetricType;
  /** May be empty. */
  readonly help: string;
}

/** `unknown` is what a request of 1.0 was read back to: it does not say. */
export type MetricType =
  | 'unknown'
  | 'counter'
  | 'gauge'
  | 'histogram'
  | 'gaugehistogram'
  | 'summary'
  | 'info'
  | 'stateset';

/** One series with its one sample: a push holds no second sample of any series. */
export interface TimeSeries {
  /** With `__name__`, and in the order that `labels.ts` defines; no value is empty. */
  readonly labels: readonly Label[];
  /** What remote write 2.0 carries beside each series; 1.0 has no place for it. */
  readonly metadata: Metadata;
  readonly value: number | typeof STALE;
  /** Integer milliseconds since the Unix epoch. */
  readonly timestampMs: number;
}
