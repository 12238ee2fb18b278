import type { Heartbeat } from './heartbeat.ts';

export interface Health {
  readonly isFine: boolean;
  readonly sentence: string;
}

const SECOND_MS = 1000;

/** Nine turns of the loop. Parsing a document takes less time, even on a throttled processor. */
const MAX_HEARTBEAT_AGE_MS = 90 * SECOND_MS;

/** Tolerates one failed or late read. */
const MAX_INTERVALS = 2;

/** Whether the loop is running. If not, only a restart helps. */
export function judgeLiveness({ turnMs }: Heartbeat, nowMs: number): Health {
  const ageMs = nowMs - turnMs;
  const isFine = ageMs <= MAX_HEARTBEAT_AGE_MS;
  return { isFine, sentence: `${isFine ? 'alive' : 'not alive'} (last heartbeat ${ago(ageMs)})` };
}

/** Whether the scan results are as fresh as the schedule promises, here and at a receiver. */
export function judgeReadiness(
  { lastReadMs, lastDeliveryMs, intervalMs }: Heartbeat,
  nowMs: number,
): Health {
  if (lastReadMs === undefined) return notReady('no scan results read yet');
  if (lastDeliveryMs === null) return notReady('no receiver has accepted samples yet');
  const limitMs = MAX_INTERVALS * intervalMs;
  const readAgeMs = nowMs - lastReadMs;
  const limit = `limit ${seconds(limitMs)}`;
  if (readAgeMs > limitMs) return notReady(`last read ${ago(readAgeMs)}, ${limit}`);
  const deliveryAgeMs = nowMs - (lastDeliveryMs ?? nowMs);
  if (deliveryAgeMs > limitMs) return notReady(`last delivery ${ago(deliveryAgeMs)}, ${limit}`);
  return { isFine: true, sentence: `ready (last read ${ago(readAgeMs)})` };
}

function notReady(reason: string): Health {
  return { isFine: false, sentence: `not ready (${reason})` };
}

function seconds(ms: number): string {
  return `${Math.round(Math.max(0, ms) / SECOND_MS)}s`;
}

function ago(ms: number): string {
  return `${seconds(ms)} ago`;
}
