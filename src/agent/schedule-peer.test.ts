import { createTask } from 'node-cron';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { createSchedule } from './schedule.ts';

const DAY_MS = 86_400_000;
const NEW_YEAR = Date.parse('2026-01-01T00:00:00Z');
/** In this time, none of the zones below changes its clocks. */
const DAYS = 60;

interface Cron {
  readonly cron: string;
  readonly zone: string;
}

/** node-cron always starts from the current time. */
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

function ourNext({ cron, zone }: Cron, fromMs: number): string {
  return formatTime(createSchedule(cron, zone, fromMs).nextAfter(fromMs));
}

function nodeCronNext({ cron, zone }: Cron, fromMs: number): string {
  vi.setSystemTime(fromMs);
  const [next] = createTask(cron, () => undefined, { timezone: zone }).getNextRuns(1);
  return formatTime(next?.getTime() ?? Number.NaN);
}

function formatTime(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 16);
}

describe('the schedule computes the same times as node-cron', () => {
  it.each([
    { cron: '*/30 * * * *', zone: 'UTC' },
    { cron: '*/20 8-17 * * 1-5', zone: 'Europe/Berlin' },
    { cron: '15 10-14/2 * JAN-MAR MON,WED', zone: 'America/New_York' },
    { cron: '0 0 31 * *', zone: 'Asia/Kolkata' },
  ])('for $cron in $zone', (cron) => {
    for (let day = 0; day < DAYS; day++) {
      // A different time each day.
      const fromMs = NEW_YEAR + day * DAY_MS + ((day * 7919) % 1440) * 60_000 + 1000;

      expect(ourNext(cron, fromMs)).toBe(nodeCronNext(cron, fromMs));
    }
  });
});

// These differences are why the program uses another library. If this fails, node-cron can replace it.
describe('the schedule follows cron where node-cron does not', () => {
  it.each`
    where                                              | cron              | zone               | from                  | ours                  | nodeCron
    ${'in an hour that autumn repeats'}                | ${'*/30 * * * *'} | ${'Europe/Berlin'} | ${'2026-10-24T23:40'} | ${'2026-10-25T00:00'} | ${'2026-10-25T01:00'}
    ${'in an hour that spring skips'}                  | ${'30 2 * * *'}   | ${'Europe/Berlin'} | ${'2026-03-28T12:00'} | ${'2026-03-29T01:00'} | ${'2026-03-30T00:30'}
    ${'with a day of the month and a day of the week'} | ${'0 0 13 * 5'}   | ${'UTC'}           | ${'2026-10-24T20:10'} | ${'2026-10-30T00:00'} | ${'2026-11-13T00:00'}
  `('$where', ({ from, ours, nodeCron, ...cron }: Difference) => {
    const fromMs = Date.parse(`${from}:00Z`);

    expect(ourNext(cron, fromMs)).toBe(ours);
    expect(nodeCronNext(cron, fromMs)).toBe(nodeCron);
  });
});

interface Difference extends Cron {
  readonly from: string;
  readonly ours: string;
  readonly nodeCron: string;
}
