import type { EngineStatistics } from '../metrics/engine/engine.ts';
import type { Delivery } from '../sinks/sink.ts';
import type { KindUp } from '../sources/scan-source.ts';
import type { ReadStatistics } from './read-statistics.ts';
import type { SelfReport } from './self-report.ts';

export interface CycleReport {
  readonly cluster: string;
  readonly kinds: readonly KindUp[];
  readonly read: ReadStatistics;
  readonly engine: EngineStatistics;
  readonly deliveries: readonly Delivery[];
  /**
   * Whether something is missing that a healthy cluster would have given: a report that could not be
   * used, a kind that failed, or one that the cycle before had.
   */
  readonly hasGaps: boolean;
  /**
   * Whether all that there is was seen, so that what was not sent has ended. Oddities that a healthy
   * cluster has, too, may hide something without making a gap.
   */
  readonly isComplete: boolean;
  /** For saying the same again until the next cycle. */
  readonly own: SelfReport;
}

/** The source, or the run as a whole, did not get to its end. */
export interface CycleFailure {
  readonly error: unknown;
  /** What became of that which was sent before, and of the agent's own series. */
  readonly deliveries: readonly Delivery[];
  /** Absent where nobody knows what the cluster is called. */
  readonly own: SelfReport | undefined;
}

export type CycleResult =
  | { readonly status: 'done'; readonly report: CycleReport }
  | { readonly status: 'failed'; readonly failure: CycleFailure };
