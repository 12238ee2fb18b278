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
   * Whether something is missing that a healthy cluster provides: a report was skipped, a kind failed, or a
   * kind of the previous cycle is missing.
   */
  readonly hasGaps: boolean;
  /**
   * Whether every live series was sent, so that series that are missing have ended. Can be true despite
   * gaps, because the last content of an unreadable object is used. Can be false without gaps, because
   * objects without a name may hide series.
   */
  readonly isComplete: boolean;
  /** Produces the self-metrics until the next cycle. */
  readonly selfReport: SelfReport;
}

export interface CycleFailure {
  readonly error: unknown;
  /** Deliveries of earlier results and of self-metrics. */
  readonly deliveries: readonly Delivery[];
  /** Absent if the cluster name is unknown. */
  readonly selfReport: SelfReport | undefined;
}

export type CycleResult =
  | { readonly status: 'done'; readonly report: CycleReport }
  | { readonly status: 'failed'; readonly failure: CycleFailure };
