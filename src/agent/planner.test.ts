import { beforeEach, describe, expect, it } from 'vitest';

import { type CycleEnd, Planner, type PlannerOptions } from './planner.ts';
import { createSchedule } from './schedule.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Five minutes before a full hour. */
const START = Date.parse('2026-03-28T23:55:00Z');

const good: CycleEnd = { isRead: true, isComplete: true, series: 100, samplesMs: START };
const bad: CycleEnd = { ...good, isRead: false, isComplete: false, samplesMs: undefined };

let now: number;
let planner: Planner;

beforeEach(() => {
  now = START;
  planner = create();
});

function optionsOf(cron: string, change: Partial<PlannerOptions> = {}): PlannerOptions {
  return {
    schedule: createSchedule(cron, 'Europe/Berlin', now),
    jitterName: 'c',
    jitterMs: 0,
    changeQuietMs: 30 * SECOND,
    changeMaxWaitMs: 10 * MINUTE,
    resendMs: MINUTE,
    maxResendSamplesPerSecond: undefined,
    ...change,
  };
}

function create(change: Partial<PlannerOptions> = {}, cron = '*/30 * * * *'): Planner {
  return new Planner(optionsOf(cron, change), now);
}

/** Runs a cycle that takes some time. */
function runCycle(tookMs = SECOND, end: Partial<CycleEnd> = {}): void {
  planner.reportCycleStart(now);
  const samplesMs = now;
  now += tookMs;
  planner.reportCycleEnd(now, { ...good, samplesMs, ...end });
}

/** Advances to the next cycle. Returns its trigger and the seconds since the start. */
function goToCycle(): string {
  now = planner.plan(now).nextCycleMs;
  const { trigger } = planner.plan(now);
  return `${trigger} ${(now - START) / SECOND}`;
}

describe('Planner', () => {
  it('starts with a cycle and then follows the schedule', () => {
    const seen = Array.from({ length: 4 }, () => {
      const text = goToCycle();
      runCycle();
      return text;
    });

    expect(seen).toEqual(['start 0', 'schedule 300', 'schedule 2100', 'schedule 3900']);
  });

  it('plans one cycle for everything that became due during another one', () => {
    runCycle(2 * HOUR);

    expect(goToCycle()).toBe(`schedule ${2 * 3600}`);
    runCycle();
    expect(goToCycle()).toBe('schedule 7500');
  });

  it('plans one cycle for everything that became due while the machine was suspended', () => {
    runCycle();
    now += 30 * HOUR;

    expect(planner.plan(now).trigger).toBe('schedule');
    runCycle();
    expect(planner.plan(now).trigger).toBeUndefined();
    expect(planner.plan(now).nextCycleMs - now).toBeLessThanOrEqual(30 * MINUTE);
  });

  it.each`
    what           | from                  | times
    ${'in spring'} | ${'2026-03-28T12:00'} | ${['2026-03-29T01:00', '2026-03-30T00:30']}
    ${'in autumn'} | ${'2026-10-24T12:00'} | ${['2026-10-25T00:30', '2026-10-26T01:30']}
  `(
    'runs a nightly cycle once when the clock changes $what',
    ({ from, times }: { from: string; times: string[] }) => {
      now = Date.parse(`${from}:00Z`);
      planner = create({}, '30 2 * * *');
      runCycle();

      const seen = times.map(() => {
        now = planner.plan(now).nextCycleMs;
        const time = new Date(now).toISOString().slice(0, 16);
        runCycle();
        return time;
      });

      expect(seen).toEqual(times);
    },
  );

  it('replans after the clock is set back, instead of waiting for the old time', () => {
    runCycle();
    now -= 5 * HOUR;

    const { nextCycleMs, nextResendMs } = planner.plan(now);
    expect(nextCycleMs - now).toBeLessThanOrEqual(30 * MINUTE);
    expect(nextResendMs).toBe(now + MINUTE);
  });

  it('tolerates a clock correction of one second', () => {
    runCycle();
    const { nextResendMs } = planner.plan(now);

    expect(planner.plan(now - SECOND).nextResendMs).toBe(nextResendMs);
  });
});

describe('jitter', () => {
  it('delays each scheduled cycle by the same time, and no other cycle', () => {
    planner = create({ jitterMs: 10 * MINUTE, jitterName: 'a' });

    expect(goToCycle()).toBe('start 0');
    runCycle();
    const first = Number(goToCycle().split(' ')[1]);
    runCycle();
    const second = Number(goToCycle().split(' ')[1]);

    expect(first).toBeGreaterThan(300);
    expect(first).toBeLessThan(300 + 600);
    expect(second - first).toBe(1800);
  });

  it('does not apply to a scheduled time that a later cycle has covered', () => {
    planner = create({ jitterMs: 10 * MINUTE, jitterName: 'a' });
    runCycle();
    now = START + 301 * SECOND;
    runCycle();

    expect(planner.plan(now).nextCycleMs - START).toBeGreaterThan(2100 * SECOND);
  });

  it('is at most half of the interval', () => {
    const options = optionsOf('*/30 * * * *', { jitterMs: 100 * HOUR });
    const delays = Array.from({ length: 200 }, (_, index) => {
      now = START;
      planner = new Planner({ ...options, jitterName: `cluster-${index}` }, now);
      runCycle();
      return planner.plan(now).nextCycleMs - (START + 300 * SECOND);
    });

    expect(Math.max(...delays)).toBeLessThan(15 * MINUTE);
    expect(Math.max(...delays)).toBeGreaterThan(13 * MINUTE);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
  });
});

describe('changes', () => {
  beforeEach(() => {
    planner = create({}, '0 0 1 1 *');
    runCycle();
  });

  it('trigger a cycle once they have stopped', () => {
    const last = now + 50 * SECOND;
    for (let at = now; at <= last; at += 10 * SECOND) planner.reportChange(at);

    expect(planner.plan(last + 29 * SECOND).trigger).toBeUndefined();
    expect(planner.plan(last + 30 * SECOND).trigger).toBe('change');
  });

  it('trigger a cycle after the maximum wait, even if they continue', () => {
    const first = now;
    for (let at = first; at < first + 10 * MINUTE; at += 10 * SECOND) {
      planner.reportChange(at);
      expect(planner.plan(at).trigger).toBeUndefined();
    }

    expect(planner.plan(first + 10 * MINUTE).trigger).toBe('change');
  });

  it('during a cycle trigger another one', () => {
    planner.reportCycleStart(now);
    planner.reportChange(now + SECOND);
    planner.reportCycleEnd(now + 2 * SECOND, good);

    expect(planner.plan(now + 31 * SECOND).trigger).toBe('change');
  });

  it('before a cycle trigger no further one', () => {
    planner.reportChange(now);
    runCycle();

    expect(planner.plan(now + HOUR).trigger).toBeUndefined();
  });
});

describe('a failed read', () => {
  it('is retried with pauses that grow up to half an hour', () => {
    planner = create({}, '0 0 1 1 *');
    const seen = Array.from({ length: 8 }, () => {
      const before = now;
      goToCycle();
      const waited = now - before;
      runCycle(0, bad);
      return waited / MINUTE;
    });

    expect(seen).toEqual([0, 1, 2, 4, 8, 16, 30, 30]);
  });

  it('no longer affects the pauses after a successful read', () => {
    planner = create({}, '0 0 1 1 *');
    runCycle(0, bad);
    runCycle(0, bad);
    runCycle();
    expect(planner.plan(now + 300 * HOUR).trigger).toBeUndefined();

    runCycle(0, bad);
    expect(planner.plan(now).nextCycleMs - now).toBe(MINUTE);
  });

  it('does not delay scheduled cycles', () => {
    for (let i = 0; i < 6; i++) runCycle(0, bad);

    expect(goToCycle()).toBe('schedule 300');
  });
});

describe('resends', () => {
  it('start after the first samples', () => {
    expect(planner.plan(now).nextResendMs).toBeUndefined();
    runCycle(0, bad);
    expect(planner.plan(now).nextResendMs).toBeUndefined();
  });

  it('are counted from the timestamp of the samples, not from the end of the cycle', () => {
    runCycle(5 * MINUTE);

    expect(planner.plan(now).isResendDue).toBe(true);
  });

  it('repeat', () => {
    runCycle();
    now = START + MINUTE;
    planner.reportResend(now);
    expect(planner.plan(now).isResendDue).toBe(false);
    expect(planner.plan(now).nextResendMs).toBe(START + 2 * MINUTE);
  });

  it('continue after a failed read', () => {
    runCycle();
    runCycle(0, bad);

    expect(planner.plan(now).nextResendMs).toBe(START + MINUTE);
  });

  it.each`
    series       | limit        | seconds
    ${6000}      | ${undefined} | ${60}
    ${5_000_000} | ${undefined} | ${60}
    ${6000}      | ${100}       | ${60}
    ${6001}      | ${100}       | ${60.01}
    ${5_000_000} | ${20_000}    | ${250}
  `(
    'are $seconds s apart with $series series and a limit of $limit per second',
    (row: Record<'series' | 'limit' | 'seconds', number>) => {
      planner = create({ maxResendSamplesPerSecond: row.limit });
      runCycle(SECOND, { series: row.series });

      expect(planner.resendMs).toBe(row.seconds * SECOND);
      expect(planner.plan(now).nextResendMs).toBe(START + row.seconds * SECOND);
    },
  );

  it('become more frequent again when there are fewer series', () => {
    planner = create({ maxResendSamplesPerSecond: 100 });
    runCycle(SECOND, { series: 60_000 });
    expect(planner.resendMs).toBe(600 * SECOND);

    runCycle(SECOND, { series: 10 });
    expect(planner.resendMs).toBe(MINUTE);
  });
});

describe('reload', () => {
  it('applies new options immediately and makes a cycle due', () => {
    runCycle();
    planner.reload(optionsOf('0 * * * *', { resendMs: 2 * MINUTE }), now);

    expect(planner.plan(now).trigger).toBe('reload');
    expect(planner.plan(now).nextResendMs).toBe(now + 2 * MINUTE);
    runCycle();
    expect(planner.plan(now).trigger).toBeUndefined();
    expect(planner.intervalMs).toBe(HOUR);
  });
});
