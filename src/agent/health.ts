import type { Heartbeat } from './heartbeat.ts';

export interface Health {
  readonly isFine: boolean;
  /** For a person: what was looked at, and how it is. */
  readonly sentence: string;
}

const SECOND_MS = 1000;

/** Nine turns of the loop: longer than any document takes to parse on a throttled processor. */
const MAX_STANDSTILL_MS = 90 * SECOND_MS;

/** One read may fail or be late without anybody being woken. */
const MAX_INTERVALS = 2;

/** Whether the agent still does anything; if not, only a new process helps. */
export function judgeLiveness({ turnMs }: Heartbeat, nowMs: number): Health {
  const ageMs = nowMs - turnMs;
  return ageMs <= MAX_STANDSTILL_MS
    ? { isFine: true, sentence: `alive: the loop turned ${seconds(ageMs)} ago` }
    : { isFine: false, sentence: `not alive: the loop has not turned for ${seconds(ageMs)}` };
}

/** Whether the scan results that the agent sends are as fresh as its schedule promises. */
export function judgeReadiness({ lastReadMs, intervalMs }: Heartbeat, nowMs: number): Health {
  if (lastReadMs === undefined) {
    return { isFine: false, sentence: 'not ready: no scan results have been read yet' };
  }
  const ageMs = nowMs - lastReadMs;
  const limitMs = MAX_INTERVALS * intervalMs;
  return ageMs <= limitMs
    ? { isFine: true, sentence: `ready: scan results were read ${seconds(ageMs)} ago` }
    : {
        isFine: false,
        sentence: `not ready: scan results were last read ${seconds(ageMs)} ago, which is more than ${seconds(limitMs)}`,
      };
}

function seconds(ms: number): string {
  return `${Math.round(Math.max(0, ms) / SECOND_MS)} s`;
}
