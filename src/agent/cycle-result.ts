import type { EngineStatistics } from '../metrics/engine.ts';
import type { Delivery } from '../sinks/sink.ts';
import type { KindUp } from '../sources/scan-source.ts';
import type { OwnReport } from './own-report.ts';
import type { ReadStatistics } from './read-statistics.ts';

export interface CycleReport {
  readonly cluster: string;
  readonly kinds: readonly KindUp[];
  readonly read: ReadStatistics;
  readonly engine: EngineStatistics;
  readonly deliveries: readonly Delivery[];
  /** Whether everything was read that should be there: what was not sent has ended. */
  readonly isComplete: boolean;
  /** For saying the same again until the next cycle. */
  readonly own: OwnReport;
}

/** The source, or the run as a whole, did not get to its end. */
export interface CycleFailure {
  readonly error: unknown;
  /** What became of that which was sent before, and of the agent's own series. */
  readonly deliveries: readonly Delivery[];
  /** Absent where nobody knows what the cluster is called. */
  readonly own: OwnReport | undefined;
}

export type CycleResult =
  | { readonly status: 'done'; readonly report: CycleReport }
  | { readonly status: 'failed'; readonly failure: CycleFailure };
