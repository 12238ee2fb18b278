/**
 * Value of a stale marker, which ends a series. On the wire it is one exact NaN bit pattern, which a
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

/** Type of a metric. `unknown` for series decoded from a 1.0 request, which does not contain the type. */
export type MetricType =
  | 'unknown'
  | 'counter'
  | 'gauge'
  | 'histogram'
  | 'gaugehistogram'
  | 'summary'
  | 'info'
  | 'stateset';

/** A series with its only sample in a push. */
export interface TimeSeries {
  /** Includes `__name__`, in the order that `labels.ts` defines. No value is empty. */
  readonly labels: readonly Label[];
  /** Sent with each series in remote write 2.0. Version 1.0 has no field for it. */
  readonly metadata: Metadata;
  readonly value: number | typeof STALE;
  /** Integer milliseconds since the Unix epoch. */
  readonly timestampMs: number;
  /** When a counter was 0, in integer milliseconds since the Unix epoch. Only 2.0 has a field for it. */
  readonly startMs?: number | undefined;
}
