import { beforeEach, describe, expect, it } from 'vitest';

import { type CycleEnd, Planner } from './planner.ts';
import { createSchedule } from './schedule.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const START = Date.parse('2026-03-28T12:05:00Z');

/** The agent could only speak of itself. */
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

/** A cycle that takes no time. */
function runCycle(end: Partial<CycleEnd> = {}): void {
  planner.reportCycleStart(now);
  endCycle(end, now);
}

describe('repetitions', () => {
  it.each([
    ['failed', blind],
    ['saw only a part', { isComplete: false }],
  ])('are not put off by a cycle that %s', (_what, end) => {
    runCycle();
    now = START + MINUTE - SECOND;
    runCycle(end);

    expect(planner.plan(now).nextResendMs).toBe(START + MINUTE);
  });

  it('begin with a cycle that failed, where none came before', () => {
    runCycle(blind);

    expect(planner.plan(now).nextResendMs).toBe(START + MINUTE);
  });

  it.each([
    ['at once, if it failed', blind, 0],
    ['after its samples, if it was whole', {}, MINUTE],
  ])('that a cycle was in the way of come %s', (_when, end, afterMs) => {
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
