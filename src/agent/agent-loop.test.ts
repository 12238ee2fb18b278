import { beforeEach, describe, expect, it } from 'vitest';

import { FakeClock } from '../../test/support/agent/fake-clock.ts';
import { AgentLoop, type LoopTurn, MAX_TURN_MS } from './agent-loop.ts';
import { type CycleEnd, Planner, type PlannerOptions, type Trigger } from './planner.ts';
import { createSchedule } from './schedule.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const START = Date.parse('2026-06-01T11:55:00Z');

let clock: FakeClock;
let events: string[];
let turns: LoopTurn[];
/** When the loop asked to stop failing deliveries, in seconds since the start. */
let stops: number[];
let cycleMs: number;
let repeatMs: number;
let running: number;
let mostRunning: number;

beforeEach(() => {
  clock = new FakeClock(START);
  events = [];
  turns = [];
  stops = [];
  cycleMs = SECOND;
  repeatMs = 0;
  running = 0;
  mostRunning = 0;
});

function optionsFor(cron: string, change: Partial<PlannerOptions> = {}): PlannerOptions {
  return {
    schedule: createSchedule(cron, 'UTC', clock.now()),
    jitterName: 'c',
    jitterMs: 0,
    changeQuietMs: 30 * SECOND,
    changeMaxWaitMs: 10 * MINUTE,
    resendMs: 1000 * HOUR,
    maxResendSamplesPerSecond: undefined,
    ...change,
  };
}

function start(cron = '*/30 * * * *', change: Partial<PlannerOptions> = {}): AgentLoop {
  const loop = new AgentLoop({
    planner: new Planner(optionsFor(cron, change), clock.now()),
    clock,
    work: { runCycle: cycle, resend, stopFailing: () => void stops.push(secondsNow()) },
    observer: {
      cyclePlanned: (next) => note(`planned ${(next - START) / SECOND}`),
      resendIntervalChanged: (ms) => note(`spread ${ms / SECOND}`),
      turnStarted: (turn) => void turns.push(turn),
    },
  });
  loop.start();
  return loop;
}

function note(what: string): void {
  events.push(`${secondsNow()} ${what}`);
}

function secondsNow(): number {
  return (clock.now() - START) / SECOND;
}

async function wait(ms: number): Promise<void> {
  if (ms > 0) await new Promise<void>((resolve) => clock.setTimer(resolve, ms));
}

async function cycle(trigger: Trigger): Promise<CycleEnd> {
  note(trigger);
  const samplesMs = clock.now();
  running++;
  mostRunning = Math.max(mostRunning, running);
  await wait(cycleMs);
  running--;
  return { isRead: true, isComplete: true, series: 100, samplesMs };
}

async function resend(): Promise<void> {
  note('resend');
  await wait(repeatMs);
}

/** Returns all events except those about planned cycles. */
function done(): string[] {
  return events.filter((event) => !event.includes('planned'));
}

describe('AgentLoop', () => {
  it('runs a cycle immediately and then on schedule', async () => {
    start();
    await clock.advance(65 * MINUTE + SECOND);

    expect(done()).toEqual(['0 start', '300 schedule', '2100 schedule', '3900 schedule']);
  });

  it('reports the time of the next cycle after each cycle', async () => {
    start();
    await clock.advance(10 * SECOND);

    expect(events).toEqual(['0 start', '1 planned 300']);
  });

  it('runs one cycle at a time, and then one for everything that became due in the meantime', async () => {
    cycleMs = 70 * MINUTE;
    start('*/10 * * * *');
    await clock.advance(3 * HOUR);

    expect(mostRunning).toBe(1);
    expect(done()).toEqual(['0 start', '4200 schedule', '8400 schedule']);
  });

  it('stops failing deliveries only when another cycle is due', async () => {
    cycleMs = 8 * MINUTE;
    start('*/10 * * * *');
    await clock.advance(7 * MINUTE);

    expect(stops[0]).toBeGreaterThanOrEqual(300);
    expect(stops[0]).toBeLessThanOrEqual(310);
    expect(stops.length).toBeGreaterThan(1);
  });

  it('runs one cycle soon after the machine wakes up, instead of all missed ones', async () => {
    start();
    await clock.advance(MINUTE);
    clock.jump(9 * HOUR);
    await clock.advance(MAX_TURN_MS);

    expect(done()).toHaveLength(2);
    expect(done()[1]).toMatch(/schedule$/);
  });

  it('keeps running after the clock is set back', async () => {
    start('*/30 * * * *', { resendMs: MINUTE });
    await clock.advance(90 * SECOND);
    clock.jump(-HOUR);
    events = [];
    await clock.advance(2 * MINUTE + MAX_TURN_MS);

    expect(done().filter((event) => event.endsWith('resend'))).toHaveLength(2);
  });

  it('waits until results stop changing', async () => {
    const loop = start();
    await clock.advance(10 * SECOND);
    for (let i = 0; i < 5; i++) {
      loop.reportChange();
      await clock.advance(20 * SECOND);
    }
    await clock.advance(MINUTE);

    expect(done()).toEqual(['0 start', '120 change']);
  });

  it('turns at least every ten seconds, even during a cycle', async () => {
    cycleMs = HOUR;
    start();
    await clock.advance(10 * MINUTE);

    const gaps = turns.slice(1).map(({ nowMs }, index) => nowMs - (turns[index]?.nowMs ?? 0));
    expect(Math.max(...gaps)).toBe(MAX_TURN_MS);
    expect(turns.length).toBeLessThan(70);
    expect(clock.timers).toBe(2);
  });
});

describe('resends', () => {
  it('happen every minute, counted from the timestamp of the samples', async () => {
    start('0 0 1 1 *', { resendMs: MINUTE });
    await clock.advance(3 * MINUTE);

    expect(done()).toEqual(['0 start', '60 resend', '120 resend', '180 resend']);
  });

  it('happen even if an earlier one hangs', async () => {
    repeatMs = 10 * MINUTE;
    start('0 0 1 1 *', { resendMs: MINUTE });
    await clock.advance(3 * MINUTE);

    expect(done()).toEqual(['0 start', '60 resend', '120 resend', '180 resend']);
  });

  it('happen while the next cycle is reading', async () => {
    start('*/5 * * * *', { resendMs: MINUTE });
    await clock.advance(4 * MINUTE + 50 * SECOND);
    cycleMs = HOUR;
    events = [];
    await clock.advance(3 * MINUTE);

    expect(done()).toEqual(['300 schedule', '300 resend', '360 resend', '420 resend']);
  });

  it('report each change of their interval once', async () => {
    const loop = start('0 0 1 1 *', { maxResendSamplesPerSecond: 1, resendMs: MINUTE });
    await clock.advance(5 * MINUTE);
    loop.reload(async () => optionsFor('0 0 1 1 *', { resendMs: MINUTE }));
    await clock.advance(5 * MINUTE);

    expect(done().filter((event) => event.includes('spread'))).toEqual([
      '1 spread 100',
      '300 spread 60',
    ]);
  });
});

describe('a reload', () => {
  it('runs a cycle with the new options', async () => {
    const loop = start('0 0 1 1 *');
    await clock.advance(10 * SECOND);
    loop.reload(async () => optionsFor('0 * * * *'));
    await clock.advance(HOUR);

    expect(done()).toEqual(['0 start', '10 reload', '300 schedule']);
  });

  it('waits for the running cycle and resends', async () => {
    cycleMs = 2 * MINUTE;
    const loop = start('0 0 1 1 *');
    await clock.advance(MINUTE);
    loop.reload(async () => {
      note('applied');
      return optionsFor('0 0 1 1 *');
    });
    await clock.advance(2 * MINUTE);

    expect(done()).toEqual(['0 start', '120 applied', '120 reload']);
  });
});

async function reloadFor(ms: number, options: PlannerOptions | undefined): Promise<AgentLoop> {
  const loop = start('*/5 * * * *', { resendMs: MINUTE });
  await clock.advance(4 * MINUTE + 30 * SECOND);
  events = [];
  loop.reload(async () => {
    await wait(ms);
    note('applied');
    return options;
  });
  return loop;
}

describe('a slow reload', () => {
  it('delays everything else, and then runs one cycle', async () => {
    await reloadFor(3 * MINUTE, optionsFor('0 0 1 1 *', { resendMs: MINUTE }));
    await clock.advance(3 * MINUTE + 30 * SECOND);

    expect(done()).toEqual(['450 applied', '450 reload']);
  });

  it('changes nothing if it fails', async () => {
    await reloadFor(10 * SECOND, undefined);
    await clock.advance(MINUTE);

    expect(done()).toEqual(['280 applied', '300 schedule', '300 resend']);
  });

  it('ends before the loop stops', async () => {
    const loop = await reloadFor(5 * SECOND, undefined);
    const stopped = loop.stop().then(() => note('stopped'));
    await clock.advance(MINUTE);
    await stopped;

    expect(done()).toEqual(['275 applied', '275 stopped']);
    expect(clock.timers).toBe(0);
  });
});

describe('stopping', () => {
  it('starts nothing new and leaves no timer', async () => {
    const loop = start();
    await clock.advance(2 * SECOND);
    await loop.stop();
    loop.reportChange();
    await clock.advance(HOUR);

    expect(done()).toEqual(['0 start']);
    expect(clock.timers).toBe(0);
  });

  it('waits for the running cycle and resends', async () => {
    cycleMs = 3 * SECOND;
    repeatMs = 5 * SECOND;
    const loop = start('0 0 1 1 *', { resendMs: 10 * SECOND });
    await clock.advance(10 * SECOND);
    let isStopped = false;
    const stopped = loop.stop().then(() => {
      isStopped = true;
      return undefined;
    });
    await clock.advance(4 * SECOND);
    expect(isStopped).toBe(false);

    await clock.advance(SECOND);
    await stopped;
    expect(isStopped).toBe(true);
  });
});
