import type { FlavourId } from '../read-dashboard.ts';

/** Values of a series, one per minute, in promtool notation: `1x10`, `_x10`. */
export interface InputSeries {
  readonly series: string;
  readonly values: string;
}

export interface AlertCase {
  readonly alert: string;
  readonly what: string;
  readonly input: readonly InputSeries[];
  /** Minutes after the first value. */
  readonly at: number;
  /** Labels of the firing alerts, without those that the rule adds. */
  readonly fires: readonly Readonly<Record<string, string>>[];
}

/** Minutes per day. */
export const DAY = 1440;
/** Builds a series from one value per day; `_` is a day without samples. */
export type Days = (series: string, values: readonly (number | '_')[]) => InputSeries;

export const storedAs: Readonly<Record<FlavourId, Days>> = {
  agent: (series, values) => ({
    series,
    values: values.map((value) => `${value}x${DAY - 1}`).join(' '),
  }),
  cronjob: (series, values) => ({
    series,
    values: values.map((value) => `${value} _x${DAY - 2}`).join(' '),
  }),
};

/** Input for which an alert stays silent (`good`), and input for which it fires (`bad`). */
export interface Pair {
  readonly alert: string;
  readonly good: readonly InputSeries[];
  readonly bad: readonly InputSeries[];
  readonly fires: Readonly<Record<string, string>>;
}

export function bothOf(
  { alert, good, bad, fires }: Pair,
  at: number,
): readonly [AlertCase, AlertCase] {
  return [
    { alert, what: 'stays silent', input: good, at, fires: [] },
    { alert, what: 'fires', input: bad, at, fires: [fires] },
  ];
}
