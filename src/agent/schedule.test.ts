import { describe, expect, it } from 'vitest';

import { ScheduleError } from './schedule-error.ts';
import { createSchedule } from './schedule.ts';

interface RunCase {
  readonly cron: string;
  readonly zone: string;
  readonly from: string;
  readonly times: readonly string[];
}

const MINUTE_MS = 60_000;

describe('createSchedule', () => {
  it.each`
    what                                | cron              | zone                     | from                  | times
    ${'half hours'}                     | ${'*/30 * * * *'} | ${'UTC'}                 | ${'2026-03-01T00:10'} | ${['2026-03-01T00:30', '2026-03-01T01:00']}
    ${'a time that matches itself'}     | ${'*/30 * * * *'} | ${'UTC'}                 | ${'2026-03-01T00:30'} | ${['2026-03-01T01:00']}
    ${'a nickname'}                     | ${'@hourly'}      | ${'UTC'}                 | ${'2026-03-01T00:30'} | ${['2026-03-01T01:00']}
    ${'a time in another zone'}         | ${'0 8 * * *'}    | ${'Asia/Kolkata'}        | ${'2026-03-01T00:00'} | ${['2026-03-01T02:30']}
    ${'a day of the month or the week'} | ${'0 0 13 * 5'}   | ${'UTC'}                 | ${'2026-10-24T20:10'} | ${['2026-10-30T00:00', '2026-11-06T00:00', '2026-11-13T00:00']}
    ${'a leap day'}                     | ${'0 0 29 2 *'}   | ${'UTC'}                 | ${'2026-10-24T20:10'} | ${['2028-02-29T00:00']}
    ${'a time skipped in spring'}       | ${'30 2 * * *'}   | ${'Europe/Berlin'}       | ${'2026-03-28T12:00'} | ${['2026-03-29T01:00', '2026-03-30T00:30']}
    ${'half hours in spring'}           | ${'*/30 * * * *'} | ${'Europe/Berlin'}       | ${'2026-03-29T00:10'} | ${['2026-03-29T00:30', '2026-03-29T01:00', '2026-03-29T01:30']}
    ${'a time repeated in autumn'}      | ${'30 2 * * *'}   | ${'Europe/Berlin'}       | ${'2026-10-24T12:00'} | ${['2026-10-25T00:30', '2026-10-26T01:30']}
    ${'half hours in autumn'}           | ${'*/30 * * * *'} | ${'Europe/Berlin'}       | ${'2026-10-24T23:40'} | ${['2026-10-25T00:00', '2026-10-25T00:30', '2026-10-25T01:00', '2026-10-25T01:30']}
    ${'hours in autumn in New York'}    | ${'0 * * * *'}    | ${'America/New_York'}    | ${'2026-11-01T04:10'} | ${['2026-11-01T05:00', '2026-11-01T06:00', '2026-11-01T07:00']}
    ${'a clock set back half an hour'}  | ${'*/10 * * * *'} | ${'Australia/Lord_Howe'} | ${'2026-04-04T14:25'} | ${['2026-04-04T14:30', '2026-04-04T14:40', '2026-04-04T14:50', '2026-04-04T15:00']}
  `('computes $what', ({ cron, zone, from, times }: RunCase) => {
    let at = Date.parse(`${from}:00Z`);
    const schedule = createSchedule(cron, zone, at);
    const found = times.map(() => {
      at = schedule.nextAfter(at);
      return new Date(at).toISOString().slice(0, 16);
    });

    expect(found).toEqual(times);
  });

  it.each`
    cron                 | minutes
    ${'*/30 * * * *'}    | ${30}
    ${'0 3 * * *'}       | ${24 * 60}
    ${'*/30 8-17 * * *'} | ${14 * 60 + 30}
    ${'0 8-17 * * 1-5'}  | ${(2 * 24 + 15) * 60}
  `('has a longest pause of $minutes minutes for $cron', ({ cron, minutes }: PauseCase) => {
    const now = Date.parse('2026-06-01T00:00:00Z');

    expect(createSchedule(cron, 'UTC', now).intervalMs).toBe(minutes * MINUTE_MS);
  });

  it.each`
    cron             | message
    ${'61 * * * *'}  | ${/agent\.schedule: invalid cron expression "61 \* \* \* \*": .*61/}
    ${'* * * * * *'} | ${/invalid cron expression/}
    ${'0 0 30 2 *'}  | ${/"0 0 30 2 \*" never matches any time/}
  `('rejects $cron', ({ cron, message }: { cron: string; message: RegExp }) => {
    expect(() => createSchedule(cron, 'UTC', 0)).toThrow(ScheduleError);
    expect(() => createSchedule(cron, 'UTC', 0)).toThrow(message);
  });
});

interface PauseCase {
  readonly cron: string;
  readonly minutes: number;
}
