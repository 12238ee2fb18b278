import { jitterOf } from './jitter.ts';
import type { Schedule } from './schedule.ts';

/** Why a cycle runs. */
export type Trigger = 'start' | 'schedule' | 'change' | 'reload' | 'retry';

/** All times are in milliseconds. */
export interface PlannerOptions {
  readonly schedule: Schedule;
  /** What the moment within the jitter hangs on. */
  readonly jitterName: string;
  readonly jitterMs: number;
  /** Without a change that many, a cycle runs. */
  readonly changeQuietMs: number;
  readonly changeMaxWaitMs: number;
  readonly resendMs: number;
  readonly maxResendSamplesPerSecond: number | undefined;
}

export interface CycleEnd {
  /** Whether the source gave something. */
  readonly isRead: boolean;
  /** Whether every series that goes on was sent. */
  readonly isComplete: boolean;
  /** Series that are sent again, so far as is known. */
  readonly series: number;
  /** Timestamp of the samples; absent if there were none, not even about the agent itself. */
  readonly samplesMs: number | undefined;
}

export interface Plan {
  /** Why a cycle is due now, if one is. */
  readonly trigger: Trigger | undefined;
  readonly isResendDue: boolean;
  /** When a cycle is due next; never in the past. */
  readonly nextCycleMs: number;
  /** When a repetition is due next; absent while there is nothing to repeat. */
  readonly nextResendMs: number | undefined;
}

/** A source that is down is asked again soon, and then less and less often. */
const retry = { minMs: 60_000, maxMs: 1_800_000 };

/** A clock that goes back by less is being corrected, not set. */
const CLOCK_TOLERANCE_MS = 2000;

interface Due {
  readonly trigger: Trigger;
  readonly atMs: number;
}

/**
 * When the agent does what. It has no clock and no timers: it is told what happened and when, and
 * asked what is due. Whatever becomes due while a cycle runs is one further cycle, so is any number
 * of moments that were slept through.
 */
export class Planner {
  #options: PlannerOptions;
  #asked: Trigger | undefined;
  /** As the schedule says, without jitter. */
  #tickMs: number;
  #firstChangeMs: number | undefined;
  #lastChangeMs = 0;
  #retryMs: number | undefined;
  #failures = 0;
  #repeatMs: number | undefined;
  #isRunning = false;
  /** A repetition was due while a cycle ran, which may have kept receivers from it. */
  #isRepeatOwed = false;
  #resendMs: number;
  #series = 0;
  #newestMs: number;

  constructor(options: PlannerOptions, nowMs: number) {
    this.#options = options;
    this.#asked = 'start';
    this.#newestMs = nowMs;
    this.#tickMs = options.schedule.nextAfter(nowMs);
    this.#resendMs = options.resendMs;
  }

  /** From one repetition to the next: longer than configured if that would be too many samples. */
  get resendMs(): number {
    return this.#resendMs;
  }

  /** The longest pause between two scheduled cycles. */
  get intervalMs(): number {
    return this.#options.schedule.intervalMs;
  }

  /** Takes other options, and runs with them at once. */
  reload(options: PlannerOptions, nowMs: number): void {
    this.#options = options;
    this.#asked = 'reload';
    this.#tickMs = options.schedule.nextAfter(nowMs);
    this.#spreadRepeats(nowMs);
  }

  /** Scan results have changed, or may have. */
  changed(nowMs: number): void {
    this.#firstChangeMs ??= nowMs;
    this.#lastChangeMs = nowMs;
  }

  look(nowMs: number): Plan {
    this.#mindClock(nowMs);
    const due = this.#nextCycle(nowMs);
    const isResendDue = this.#repeatMs !== undefined && this.#repeatMs <= nowMs;
    return {
      trigger: due.atMs <= nowMs ? due.trigger : undefined,
      isResendDue,
      nextCycleMs: Math.max(due.atMs, nowMs),
      nextResendMs: this.#repeatMs,
    };
  }

  /** What is due now is what this cycle is for; what comes later will need another one. */
  cycleStarted(nowMs: number): void {
    this.#isRunning = true;
    this.#asked = undefined;
    this.#retryMs = undefined;
    this.#firstChangeMs = undefined;
    this.#tickMs = this.#options.schedule.nextAfter(nowMs);
  }

  cycleEnded(nowMs: number, { isRead, isComplete, series, samplesMs }: CycleEnd): void {
    this.#failures = isRead ? 0 : this.#failures + 1;
    if (!isRead) {
      const delayMs = Math.min(retry.maxMs, retry.minMs * 2 ** (this.#failures - 1));
      this.#retryMs = nowMs + delayMs;
    }
    this.#series = series;
    const isOwed = this.#isRepeatOwed;
    this.#isRunning = false;
    this.#isRepeatOwed = false;
    if (samplesMs === undefined) return;
    const waitingMs = isOwed ? nowMs : this.#repeatMs;
    this.#repeatMs = samplesMs;
    this.#spreadRepeats(samplesMs);
    // What was not sent now is as old as before, and would vanish if it had to wait once more.
    if (!isComplete) this.#repeatMs = waitingMs ?? this.#repeatMs;
  }

  resent(nowMs: number): void {
    this.#repeatMs = nowMs + this.#resendMs;
    this.#isRepeatOwed = this.#isRunning;
  }

  #spreadRepeats(fromMs: number): void {
    const { resendMs, maxResendSamplesPerSecond: limit } = this.#options;
    const neededMs = limit === undefined ? 0 : Math.ceil((this.#series / limit) * 1000);
    this.#resendMs = Math.max(resendMs, neededMs);
    if (this.#repeatMs !== undefined) this.#repeatMs = fromMs + this.#resendMs;
  }

  #nextCycle(nowMs: number): Due {
    const { changeQuietMs, changeMaxWaitMs } = this.#options;
    const due: Due[] = [{ trigger: 'schedule', atMs: this.#tickDueMs() }];
    if (this.#asked !== undefined) due.push({ trigger: this.#asked, atMs: nowMs });
    if (this.#retryMs !== undefined) due.push({ trigger: 'retry', atMs: this.#retryMs });
    if (this.#firstChangeMs !== undefined) {
      const quietMs = this.#lastChangeMs + changeQuietMs;
      const atMs = Math.min(quietMs, this.#firstChangeMs + changeMaxWaitMs);
      due.push({ trigger: 'change', atMs });
    }
    return due.reduce((first, one) => (one.atMs < first.atMs ? one : first));
  }

  #tickDueMs(): number {
    const { jitterMs, jitterName, schedule } = this.#options;
    return this.#tickMs + jitterOf(jitterName, Math.min(jitterMs, schedule.intervalMs / 2));
  }

  /** A clock that was set back would leave everything waiting for a time that has been already. */
  #mindClock(nowMs: number): void {
    const isBack = nowMs < this.#newestMs - CLOCK_TOLERANCE_MS;
    this.#newestMs = isBack ? nowMs : Math.max(this.#newestMs, nowMs);
    if (!isBack) return;
    this.#tickMs = this.#options.schedule.nextAfter(nowMs);
    if (this.#retryMs !== undefined) this.#retryMs = nowMs + retry.minMs;
    if (this.#repeatMs !== undefined) this.#repeatMs = nowMs + this.#resendMs;
    if (this.#firstChangeMs === undefined) return;
    this.#firstChangeMs = nowMs;
    this.#lastChangeMs = nowMs;
  }
}
