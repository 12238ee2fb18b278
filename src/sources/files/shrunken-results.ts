import type { ResultGap, ResultGroup } from '../../model/result-gap.ts';
import { type ListAcceptance, WHEN_ACCEPTED } from '../list-history.ts';

/** Number of results of one type. */
export interface ResultCount {
  /** Plural noun for messages, and key in the history. */
  readonly what: string;
  readonly group: ResultGroup;
  readonly count: number;
}

/** With fewer results, removing a single workload could halve their number. */
const MIN_RESULTS = 4;

/** Returns a gap for each type of which the files have suddenly lost all results, or at least half of them. */
export function shrunkenResults(
  counts: readonly ResultCount[],
  acceptance: ListAcceptance,
): ResultGap[] {
  return counts.flatMap(({ what, group, count }) => {
    const before = acceptance.before(what) ?? 0;
    const isShort = before > 0 && (count === 0 || (before >= MIN_RESULTS && count <= before / 2));
    if (acceptance.accept(what, count, isShort)) return [];
    const message = `the files contain ${count} ${what}, down from ${before} in the last run, so totals are left out; ${WHEN_ACCEPTED}`;
    return [{ groups: [group], message }];
  });
}
