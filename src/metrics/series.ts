/** What all series of one name share. */
export interface MetricFamily {
  /** With its prefix, as it appears on the wire. */
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge' | 'counter';
}

export interface Label {
  readonly name: string;
  readonly value: string;
}

/**
 * One time series of one cycle: it has exactly one value, and the cycle has exactly one timestamp.
 * `labels` are without `__name__`, sorted by the UTF-8 bytes of their names, and never empty-valued.
 */
export interface Series {
  readonly family: MetricFamily;
  readonly labels: readonly Label[];
  readonly value: number;
}
