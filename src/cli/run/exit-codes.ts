import type { CycleReport } from '../../cycle/cycle-result.ts';
import type { Delivery } from '../../sinks/sink.ts';

/** Exit codes of the process. docs/troubleshooting.md lists them. */
export const exitCodes = {
  /** Everything was read and delivered. */
  ok: 0,
  /** A bug. */
  unexpected: 1,
  /** Invalid command line or configuration. */
  usage: 2,
  /**
   * Scan results could not be read completely. Series that were already sent stay, and none is ended. Unlike
   * with `incomplete`, a retry may help.
   */
  sourceUnreadable: 3,
  /** No receiver accepted anything. */
  nothingDelivered: 4,
  /** A report or kind was skipped, or a receiver did not accept everything. */
  incomplete: 5,
  /** SIGINT, as shells report it. */
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

type ExitReport = Pick<CycleReport, 'deliveries' | 'read' | 'kinds' | 'hasGaps'>;

/**
 * A failed delivery takes precedence over an incomplete read.
 *
 * @param strict Whether minor report problems of healthy clusters, and kinds that are absent or forbidden,
 *   make a run incomplete.
 */
export function exitCodeOf(
  { deliveries, read, kinds, hasGaps }: ExitReport,
  strict: boolean,
): ExitCode {
  const failed = deliveries.filter(({ status }) => status !== 'delivered');
  const delivered = deliveries.some(({ status }) => status !== 'failed');
  if (failed.length > 0 && !delivered) return exitCodes.nothingDelivered;
  const hasMinorProblems = read.hasSkipped || kinds.some(({ isUp }) => !isUp);
  const isIncomplete = hasGaps || (strict && hasMinorProblems);
  return failed.length > 0 || isIncomplete ? exitCodes.incomplete : exitCodes.ok;
}

/** Exit code of a run that its deadline stopped before everything was read. */
export function exitCodeOfStopped(
  deliveries: readonly Pick<Delivery, 'sent' | 'possiblyStored'>[],
): ExitCode {
  const isSent = deliveries.some(({ sent, possiblyStored = 0 }) => sent + possiblyStored > 0);
  return isSent ? exitCodes.incomplete : exitCodes.nothingDelivered;
}
