import type { ResultGap, ResultGroup } from '../../model/result-gap.ts';
import { type ListAcceptance, WHEN_ACCEPTED } from '../list-history.ts';

/** Number of results of one type. */
export interface ResultCount {
  /** Plural noun for messages, and key of the history. */
  readonly what: string;
  readonly group: ResultGroup;
  readonly count: number;
}

/** Fewer results can be halved by removing a single workload. */
const MIN_RESULTS = 4;

/** The gaps of a folder that has suddenly lost half of its results, or all of one type. */
export function shrunkenResults(
  counts: readonly ResultCount[],
  acceptance: ListAcceptance,
): ResultGap[] {
  return counts.flatMap(({ what, group, count }) => {
    const before = acceptance.before(what) ?? 0;
    const isShort = before > 0 && (count === 0 || (before >= MIN_RESULTS && count <= before / 2));
    if (acceptance.accept(what, count, isShort)) return [];
    const message = `the files contain ${count} ${what}, after ${before} in the last run, so totals are left out; ${WHEN_ACCEPTED}`;
    return [{ groups: [group], message }];
  });
}
