import { Cron } from 'croner';

import { ScheduleError } from './schedule-error.ts';

/** The times at which something is to be done, for ever. */
export interface Schedule {
  /** The first one after a moment, both in milliseconds since the Unix epoch. */
  nextAfter(ms: number): number;
  /** The longest pause between two of them, in milliseconds, as far as can be foreseen. */
  readonly intervalMs: number;
}

/** Enough for a week of half hours in which nights and weekends are left out. */
const FORESEEN = 256;
const FORESEEN_MS = 400 * 86_400_000;

/**
 * A cron expression in a time zone. Where clocks are put forward, a time that is left out comes at
 * once; where they are put back, a time of the day comes once, and one of every hour each time.
 *
 * @param expression Five fields, or a nickname such as `@hourly`.
 * @throws {ScheduleError} Saying what is wrong with it.
 */
export function createSchedule(expression: string, timeZone: string, nowMs: number): Schedule {
  const cron = parse(expression, timeZone);
  function nextAfter(ms: number): number {
    const next = cron.nextRun(new Date(ms));
    if (next === null) {
      throw new ScheduleError(`agent.schedule: the time of ${expression} never comes`);
    }
    return next.getTime();
  }
  return { nextAfter, intervalMs: longestPause(nextAfter, nowMs) };
}

/** Only the arithmetic is used: its timers know neither jitter nor cycles that are still running. */
function parse(expression: string, timezone: string): Cron {
  try {
    return new Cron(expression, { timezone, paused: true, mode: '5-part' });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ScheduleError(`agent.schedule: ${expression} is no cron expression: ${reason}`);
  }
}

function longestPause(nextAfter: Schedule['nextAfter'], nowMs: number): number {
  let longest = 0;
  let at = nextAfter(nowMs);
  for (let i = 0; i < FORESEEN && (longest === 0 || at < nowMs + FORESEEN_MS); i++) {
    const next = nextAfter(at);
    longest = Math.max(longest, next - at);
    at = next;
  }
  return longest;
}
