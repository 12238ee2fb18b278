import type { CycleReport } from '../../cycle/cycle-result.ts';
import type { Delivery } from '../../sinks/sink.ts';

/** What the process ends with; the README's table. */
export const exitCodes = {
  /** Everything was read and delivered. */
  ok: 0,
  /** A bug, or something nobody foresaw. */
  unexpected: 1,
  /** The command line or the configuration cannot be used. */
  usage: 2,
  /**
   * Scan results could not be read, or not to their end: what was sent until then stays, and ends no
   * series. Another try may help, as it does not after `incomplete`.
   */
  sourceUnreadable: 3,
  /** No receiver took anything. */
  nothingDelivered: 4,
  /** Something was left out on the way: a report or a kind of them, or series not taken. */
  incomplete: 5,
  /** SIGINT, as shells report it. */
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

type JudgedReport = Pick<CycleReport, 'deliveries' | 'read' | 'kinds' | 'hasGaps'>;

/**
 * Failing to deliver outweighs having read too little: a report that could not be read, a kind that
 * failed, or one that the cycle before had.
 *
 * @param strict Whether odd reports that a healthy cluster has too, and kinds that are not there
 *   or not allowed, make a run incomplete.
 */
export function exitCodeOf(
  { deliveries, read, kinds, hasGaps }: JudgedReport,
  strict: boolean,
): ExitCode {
  const failed = deliveries.filter(({ status }) => status !== 'delivered');
  const delivered = deliveries.some(({ status }) => status !== 'failed');
  if (failed.length > 0 && !delivered) return exitCodes.nothingDelivered;
  const isOdd = read.hasSkipped || kinds.some(({ isUp }) => !isUp);
  const isIncomplete = hasGaps || (strict && isOdd);
  return failed.length > 0 || isIncomplete ? exitCodes.incomplete : exitCodes.ok;
}

/** For a run that was stopped by its deadline before it could read everything. */
export function exitCodeOfStopped(deliveries: readonly Pick<Delivery, 'sent'>[]): ExitCode {
  const isSent = deliveries.some(({ sent }) => sent > 0);
  return isSent ? exitCodes.incomplete : exitCodes.nothingDelivered;
}
