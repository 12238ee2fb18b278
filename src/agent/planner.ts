import { jitterOf } from './jitter.ts';
import type { Schedule } from './schedule.ts';

/** Why a cycle runs. */
export type Trigger = 'start' | 'schedule' | 'change' | 'reload' | 'retry';

/** All times are in milliseconds. */
export interface PlannerOptions {
  readonly schedule: Schedule;
  /** Jitter seed: a cluster always gets the same offset. */
  readonly jitterName: string;
  readonly jitterMs: number;
  /** Run a cycle once nothing has changed for this long. */
  readonly changeQuietMs: number;
  readonly changeMaxWaitMs: number;
  readonly resendMs: number;
  readonly maxResendSamplesPerSecond: number | undefined;
}

export interface CycleEnd {
  /** Whether the source could be read. */
  readonly isRead: boolean;
  /** Whether every live series was sent. */
  readonly isComplete: boolean;
  /** Number of series in a resend, as far as known. */
  readonly series: number;
  /** Timestamp of the samples. Absent if nothing was sent, not even self-metrics. */
  readonly samplesMs: number | undefined;
}

export interface Plan {
  /** Set if a cycle is due now. */
  readonly trigger: Trigger | undefined;
  readonly isResendDue: boolean;
  /** Time of the next cycle, never in the past. */
  readonly nextCycleMs: number;
  /** Time of the next resend. Absent while there is nothing to resend. */
  readonly nextResendMs: number | undefined;
}

/** Backoff for an unavailable source. */
const retry = { minMs: 60_000, maxMs: 1_800_000 };

/** A clock that goes back by less is being adjusted, not set. */
const CLOCK_TOLERANCE_MS = 2000;

interface Due {
  readonly trigger: Trigger;
  readonly atMs: number;
}

/**
 * Decides when cycles and resends are due. It has neither clock nor timers: callers report events with their
 * times and ask for a plan. Everything that becomes due during a cycle, or while the machine is suspended,
 * results in one further cycle.
 */
export class Planner {
  #options: PlannerOptions;
  #requested: Trigger | undefined;
  /** Next scheduled time, without jitter. */
  #tickMs: number;
  #firstChangeMs: number | undefined;
  #lastChangeMs = 0;
  #retryMs: number | undefined;
  #failures = 0;
  #nextResendMs: number | undefined;
  #isRunning = false;
  /** Whether a resend was due during a cycle, which may have kept receivers busy. */
  #isResendOwed = false;
  #resendMs: number;
  #series = 0;
  #newestMs: number;

  constructor(options: PlannerOptions, nowMs: number) {
    this.#options = options;
    this.#requested = 'start';
    this.#newestMs = nowMs;
    this.#tickMs = options.schedule.nextAfter(nowMs);
    this.#resendMs = options.resendMs;
  }

  /** Time between two resends, lengthened to respect the maximum sample rate. */
  get resendMs(): number {
    return this.#resendMs;
  }

  /** Longest pause between two scheduled cycles. */
  get intervalMs(): number {
    return this.#options.schedule.intervalMs;
  }

  /** Applies new options and makes a cycle due. */
  reload(options: PlannerOptions, nowMs: number): void {
    this.#options = options;
    this.#requested = 'reload';
    this.#tickMs = options.schedule.nextAfter(nowMs);
    this.#limitResendRate(nowMs);
  }

  /** Reports that scan results may have changed. */
  reportChange(nowMs: number): void {
    this.#firstChangeMs ??= nowMs;
    this.#lastChangeMs = nowMs;
  }

  plan(nowMs: number): Plan {
    this.#adjustToClock(nowMs);
    const due = this.#nextCycle(nowMs);
    const isResendDue = this.#nextResendMs !== undefined && this.#nextResendMs <= nowMs;
    return {
      trigger: due.atMs <= nowMs ? due.trigger : undefined,
      isResendDue,
      nextCycleMs: Math.max(due.atMs, nowMs),
      nextResendMs: this.#nextResendMs,
    };
  }

  /** The cycle covers everything that is due by now. */
  reportCycleStart(nowMs: number): void {
    this.#isRunning = true;
    this.#requested = undefined;
    this.#retryMs = undefined;
    this.#firstChangeMs = undefined;
    this.#tickMs = this.#options.schedule.nextAfter(nowMs);
  }

  reportCycleEnd(nowMs: number, { isRead, isComplete, series, samplesMs }: CycleEnd): void {
    this.#failures = isRead ? 0 : this.#failures + 1;
    if (!isRead) {
      const delayMs = Math.min(retry.maxMs, retry.minMs * 2 ** (this.#failures - 1));
      this.#retryMs = nowMs + delayMs;
    }
    this.#series = series;
    const isOwed = this.#isResendOwed;
    this.#isRunning = false;
    this.#isResendOwed = false;
    if (samplesMs === undefined) return;
    const dueMs = isOwed ? nowMs : this.#nextResendMs;
    this.#nextResendMs = samplesMs;
    this.#limitResendRate(samplesMs);
    // Series that this cycle did not send are still due at their old time.
    if (!isComplete) this.#nextResendMs = dueMs ?? this.#nextResendMs;
  }

  /**
   * Reports that the running cycle has read everything. The first cycle may take minutes to deliver if a receiver is
   * unavailable, and the others need resends until then.
   */
  reportRead({ series, samplesMs }: { series: number; samplesMs: number }): void {
    if (this.#nextResendMs !== undefined) return;
    this.#series = series;
    this.#nextResendMs = samplesMs;
    this.#limitResendRate(samplesMs);
  }

  reportResend(nowMs: number): void {
    this.#nextResendMs = nowMs + this.#resendMs;
    this.#isResendOwed = this.#isRunning;
  }

  #limitResendRate(fromMs: number): void {
    const { resendMs, maxResendSamplesPerSecond: limit } = this.#options;
    const neededMs = limit === undefined ? 0 : Math.ceil((this.#series / limit) * 1000);
    this.#resendMs = Math.max(resendMs, neededMs);
    if (this.#nextResendMs !== undefined) this.#nextResendMs = fromMs + this.#resendMs;
  }

  #nextCycle(nowMs: number): Due {
    const { changeQuietMs, changeMaxWaitMs } = this.#options;
    const due: Due[] = [{ trigger: 'schedule', atMs: this.#tickDueMs() }];
    if (this.#requested !== undefined) due.push({ trigger: this.#requested, atMs: nowMs });
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

  /** Reschedules everything after the clock was set back. */
  #adjustToClock(nowMs: number): void {
    const isBack = nowMs < this.#newestMs - CLOCK_TOLERANCE_MS;
    this.#newestMs = isBack ? nowMs : Math.max(this.#newestMs, nowMs);
    if (!isBack) return;
    this.#tickMs = this.#options.schedule.nextAfter(nowMs);
    if (this.#retryMs !== undefined) this.#retryMs = nowMs + retry.minMs;
    if (this.#nextResendMs !== undefined) this.#nextResendMs = nowMs + this.#resendMs;
    if (this.#firstChangeMs === undefined) return;
    this.#firstChangeMs = nowMs;
    this.#lastChangeMs = nowMs;
  }
}
