import { beforeEach, describe, expect, it } from 'vitest';

import { type CycleEnd, Planner } from './planner.ts';
import { createSchedule } from './schedule.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const START = Date.parse('2026-03-28T12:05:00Z');

/** A cycle that sent only self-metrics. */
const blind: Partial<CycleEnd> = { isRead: false, isComplete: false };

let now: number;
let planner: Planner;

beforeEach(() => {
  now = START;
  planner = new Planner(
    {
      schedule: createSchedule('0 * * * *', 'UTC', now),
      jitterName: 'c',
      jitterMs: 0,
      changeQuietMs: 0,
      changeMaxWaitMs: 0,
      resendMs: MINUTE,
      maxResendSamplesPerSecond: undefined,
    },
    now,
  );
});

function endCycle(end: Partial<CycleEnd>, samplesMs: number): void {
  planner.reportCycleEnd(now, { isRead: true, isComplete: true, series: 100, samplesMs, ...end });
}

/** Runs a cycle that takes no time. */
function runCycle(end: Partial<CycleEnd> = {}): void {
  planner.reportCycleStart(now);
  endCycle(end, now);
}

describe('resends', () => {
  it.each([
    ['failed', blind],
    ['was incomplete', { isComplete: false }],
  ])('are not delayed by a cycle that %s', (_what, end) => {
    runCycle();
    now = START + MINUTE - SECOND;
    runCycle(end);

    expect(planner.plan(now).nextResendMs).toBe(START + MINUTE);
  });

  it('start when the first cycle has read everything, even if a receiver delays its end', () => {
    planner.reportCycleStart(now);
    planner.reportRead({ series: 100, samplesMs: now });

    expect(planner.plan(now).nextResendMs).toBe(START + MINUTE);
    planner.reportRead({ series: 100, samplesMs: now + SECOND });
    expect(planner.plan(now).nextResendMs).toBe(START + MINUTE);
  });

  it('start after the first cycle, even if it failed', () => {
    runCycle(blind);

    expect(planner.plan(now).nextResendMs).toBe(START + MINUTE);
  });

  it.each([
    ['immediately, if it failed', blind, 0],
    ['an interval after its samples, if it was complete', {}, MINUTE],
  ])('skipped during a cycle follow it %s', (_when, end, afterMs) => {
    runCycle();
    now = START + MINUTE;
    planner.reportCycleStart(now);
    planner.reportResend(now);
    now += SECOND;
    endCycle(end, now);

    expect(planner.plan(now).nextResendMs).toBe(now + afterMs);
    planner.reportResend(now);
    runCycle(blind);
    expect(planner.plan(now).nextResendMs).toBe(now + MINUTE);
  });
});
