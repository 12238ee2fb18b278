/** Properties that all series with the same name share. */
export interface MetricFamily {
  /** Full name, including the prefix. */
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge' | 'counter';
}

export interface Label {
  readonly name: string;
  readonly value: string;
}

/**
 * One time series of a cycle, with one value. `labels` do not include `__name__`, are sorted by the UTF-8
 * bytes of their names, and have no empty values.
 */
export interface Series {
  readonly family: MetricFamily;
  readonly labels: readonly Label[];
  readonly value: number;
  /** When a counter was 0, in milliseconds since the Unix epoch. */
  readonly startMs?: number | undefined;
}
