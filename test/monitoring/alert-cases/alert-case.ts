import type { FlavourId } from '../read-dashboard.ts';

/** Values of a series, one a minute, in the notation of promtool: `1x10`, `_x10`. */
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
  /** Labels of the alerts that fire, beside the rule's own; none if nothing fires. */
  readonly fires: readonly Readonly<Record<string, string>>[];
}

/** In minutes. */
export const DAY = 1440;
/** How one series is stored when its value changes from day to day; `_` is a day without it. */
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

/** What goes well, and what does not, for one alert. */
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
    { alert, what: 'all is well', input: good, at, fires: [] },
    { alert, what: 'it is not', input: bad, at, fires: [fires] },
  ];
}
