import { Cron } from 'croner';

import { ScheduleError } from './schedule-error.ts';

export interface Schedule {
  /** Returns the first scheduled time after the given one, both in milliseconds since the Unix epoch. */
  nextAfter(ms: number): number;
  /** Longest pause between two scheduled times, in milliseconds. */
  readonly intervalMs: number;
}

/** Number of scheduled times to examine: enough for a week of half-hourly runs except at night and on weekends. */
const MAX_LOOKAHEAD = 256;
const MAX_LOOKAHEAD_MS = 400 * 86_400_000;

/**
 * Parses a cron expression. When clocks are put forward, a run at a skipped time starts immediately. When they
 * are put back, a daily run starts once and an hourly run starts in both hours.
 *
 * @param expression Five fields, or a nickname such as `@hourly`.
 * @throws {ScheduleError} The expression is invalid or never matches.
 */
export function createSchedule(expression: string, timeZone: string, nowMs: number): Schedule {
  const cron = parse(expression, timeZone);
  function nextAfter(ms: number): number {
    const next = cron.nextRun(new Date(ms));
    if (next === null) {
      throw new ScheduleError(`agent.schedule: "${expression}" never matches any time`);
    }
    return next.getTime();
  }
  return { nextAfter, intervalMs: longestPause(nextAfter, nowMs) };
}

/** Only croner's arithmetic is used. Its timers support neither jitter nor skipping a running cycle. */
function parse(expression: string, timezone: string): Cron {
  try {
    return new Cron(expression, { timezone, paused: true, mode: '5-part' });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const reason = text.replace('CronPattern: ', '');
    throw new ScheduleError(`agent.schedule: invalid cron expression "${expression}": ${reason}`);
  }
}

function longestPause(nextAfter: Schedule['nextAfter'], nowMs: number): number {
  let longest = 0;
  let at = nextAfter(nowMs);
  for (let i = 0; i < MAX_LOOKAHEAD && (longest === 0 || at < nowMs + MAX_LOOKAHEAD_MS); i++) {
    const next = nextAfter(at);
    longest = Math.max(longest, next - at);
    at = next;
  }
  return longest;
}
