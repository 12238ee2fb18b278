import { createTask } from 'node-cron';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { createSchedule, type Schedule } from './schedule.ts';

const DAY_MS = 86_400_000;
const NEW_YEAR = Date.parse('2026-01-01T00:00:00Z');
const FIRST_DAY = NEW_YEAR / DAY_MS;
const ASKED = 3;

interface Asked {
  readonly cron: string;
  readonly zone: string;
}

/** node-cron computes from the clock of the machine only. */
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

function ours(schedule: Schedule, fromMs: number): number[] {
  const first = schedule.nextAfter(fromMs);
  const second = schedule.nextAfter(first);
  return [first, second, schedule.nextAfter(second)];
}

function theirs({ cron, zone }: Asked, fromMs: number): number[] {
  vi.setSystemTime(fromMs);
  const task = createTask(cron, () => undefined, { timezone: zone });
  return task.getNextRuns(ASKED).map((date) => date.getTime());
}

/** Days about which clocks are changed: what they show at noon of the days beside differs. */
function changingDays(zone: string): ReadonlySet<number> {
  const format = new Intl.DateTimeFormat('en', {
    timeZone: zone,
    timeZoneName: 'longOffset',
    hour: 'numeric',
  });
  const offsets = Array.from({ length: 800 }, (_, index) => {
    const noon = (FIRST_DAY + index - 1) * DAY_MS + DAY_MS / 2;
    return format.formatToParts(noon).find(({ type }) => type === 'timeZoneName')?.value;
  });
  const days = offsets
    .map((_, index) => index)
    .filter((index) => offsets[index - 1] !== offsets[index + 1]);
  return new Set(days.map((index) => FIRST_DAY + index - 1));
}

function written(times: readonly number[]): string[] {
  return times.map((time) => new Date(time).toISOString().slice(0, 16));
}

describe('node-cron computes the same times', () => {
  const crons = [
    '*/30 * * * *',
    '7 * * * *',
    '0 */6 * * *',
    '*/20 8-17 * * 1-5',
    '15 10-14/2 * JAN-MAR MON,WED',
    '30 2 * * *',
    '59 23 * * 7',
    '0 0 1 * *',
    '0 0 31 * *',
    '0 12 28-31 2,11 *',
  ];
  const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata'];

  it.each(crons.flatMap((cron) => zones.map((zone) => ({ cron, zone }))))(
    'of $cron in $zone, on every day of a year that is not about a clock change',
    (asked) => {
      const schedule = createSchedule(asked.cron, asked.zone, NEW_YEAR);
      const changing = changingDays(asked.zone);
      let compared = 0;
      const different: unknown[] = [];
      for (let day = 0; day < 365; day++) {
        // At another time each day.
        const fromMs = NEW_YEAR + day * DAY_MS + ((day * 7919) % 1440) * 60_000 + 1000;
        const mine = ours(schedule, fromMs);
        if ([fromMs, ...mine].some((atMs) => changing.has(Math.floor(atMs / DAY_MS)))) continue;
        const peer = theirs(asked, fromMs);
        compared++;
        if (mine.join() !== peer.join()) different.push([written(mine), written(peer)]);
      }

      expect(different).toEqual([]);
      expect(compared).toBeGreaterThan(200);
    },
  );
});

/** Why it only stands beside: when it does as cron does, this fails, and it may be used instead. */
describe('node-cron computes other times', () => {
  it.each`
    where                                    | cron              | zone               | from                  | mine                                                            | peer
    ${'where autumn has an hour twice'}      | ${'*/30 * * * *'} | ${'Europe/Berlin'} | ${'2026-10-24T23:40'} | ${['2026-10-25T00:00', '2026-10-25T00:30', '2026-10-25T01:00']} | ${['2026-10-25T01:00', '2026-10-25T01:30', '2026-10-25T02:00']}
    ${'where spring leaves an hour out'}     | ${'30 2 * * *'}   | ${'Europe/Berlin'} | ${'2026-03-28T12:00'} | ${['2026-03-29T01:00', '2026-03-30T00:30', '2026-03-31T00:30']} | ${['2026-03-30T00:30', '2026-03-31T00:30', '2026-04-01T00:30']}
    ${'for a day of the month and the week'} | ${'0 0 13 * 5'}   | ${'UTC'}           | ${'2026-10-24T20:10'} | ${['2026-10-30T00:00', '2026-11-06T00:00', '2026-11-13T00:00']} | ${['2026-11-13T00:00', '2027-08-13T00:00', '2028-10-13T00:00']}
  `('$where', ({ from, mine, peer, ...asked }: DifferentCase) => {
    const fromMs = Date.parse(`${from}:00Z`);

    expect(written(ours(createSchedule(asked.cron, asked.zone, fromMs), fromMs))).toEqual(mine);
    expect(written(theirs(asked, fromMs))).toEqual(peer);
  });
});

interface DifferentCase extends Asked {
  readonly from: string;
  readonly mine: readonly string[];
  readonly peer: readonly string[];
}
