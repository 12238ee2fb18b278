import type { AgentClock } from './clock.ts';
import type { CycleEnd, Planner, PlannerOptions, Trigger } from './planner.ts';

export interface LoopWork {
  /** Runs one cycle. Calls `onRead` when everything is read, before all of it is delivered. Never rejects. */
  runCycle(trigger: Trigger, onRead: (read: CycleRead) => void): Promise<CycleEnd>;
  /** Stops delivering to failing receivers, because another cycle is due. */
  stopFailing?(): void;
  /** Resends the last values to all receivers that are idle. Never rejects. */
  resend(): Promise<void>;
}

/** What can be resent while the cycle is still being delivered. */
export interface CycleRead {
  readonly series: number;
  /** Timestamp of the samples, in milliseconds since the Unix epoch. */
  readonly samplesMs: number;
}

export interface LoopObserver {
  /** Called on every turn of the loop. */
  turnStarted(turn: LoopTurn): void;
  /** Called after each cycle with the time of the next one. */
  cyclePlanned(nextCycleMs: number): void;
  resendIntervalChanged(resendMs: number): void;
}

export interface LoopTurn {
  readonly nowMs: number;
  readonly nextCycleMs: number;
  readonly intervalMs: number;
}

/**
 * Applies a new configuration while neither a cycle nor a resend is running. Returns undefined if nothing
 * changes. Never rejects.
 */
export type Reload = () => Promise<PlannerOptions | undefined>;

export interface LoopOptions {
  readonly planner: Planner;
  readonly clock: AgentClock;
  readonly work: LoopWork;
  readonly observer: LoopObserver;
}

/**
 * Maximum time between two turns of the loop, because timers notice neither a suspended machine nor a changed
 * clock. A heartbeat that is much older means that the loop is stuck.
 */
export const MAX_TURN_MS = 10_000;

/** Runs cycles, one at a time, and resends when the planner asks for them. */
export class AgentLoop {
  readonly #options: LoopOptions;
  #cancelTimer: () => void = () => undefined;
  #isStopped = false;
  #cycle: Promise<void> | undefined;
  readonly #resends = new Set<Promise<void>>();
  #reload: Reload | undefined;
  #reloading: Promise<void> | undefined;
  #resendMs: number;

  constructor(options: LoopOptions) {
    this.#options = options;
    this.#resendMs = options.planner.resendMs;
  }

  start(): void {
    this.#turn();
  }

  /** Reports that scan results may have changed. */
  reportChange(): void {
    const { planner, clock } = this.#options;
    planner.reportChange(clock.now());
    this.#turn();
  }

  /** Applies new options as soon as the loop is idle, then runs a cycle. */
  reload(apply: Reload): void {
    this.#reload = apply;
    this.#turn();
  }

  /** Starts nothing new, and waits for everything that is running. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelTimer();
    await Promise.all([this.#cycle, this.#reloading, ...this.#resends]);
  }

  #turn(): void {
    this.#cancelTimer();
    if (this.#isStopped) return;
    const { planner, clock, observer } = this.#options;
    const nowMs = clock.now();
    this.#startReload();
    const plan = planner.plan(nowMs);
    this.#startDueCycle(plan.trigger);
    if (plan.isResendDue && !this.#isReloadPending) this.#startResend();
    const { nextCycleMs, nextResendMs = nowMs + MAX_TURN_MS } = planner.plan(nowMs);
    observer.turnStarted({ nowMs, nextCycleMs, intervalMs: planner.intervalMs });
    // A running cycle, reload or resend triggers another turn when it ends.
    const waits = [
      MAX_TURN_MS,
      this.#isBusy ? MAX_TURN_MS : nextCycleMs - nowMs,
      this.#isReloadPending ? MAX_TURN_MS : nextResendMs - nowMs,
    ];
    this.#cancelTimer = clock.setTimer(() => this.#turn(), Math.max(0, Math.min(...waits)));
  }

  /** Starts a cycle, or makes sure that the running one ends soon. */
  #startDueCycle(trigger: Trigger | undefined): void {
    const isDue = trigger !== undefined || this.#isReloadPending;
    if (trigger !== undefined && !this.#isBusy) this.#startCycle(trigger);
    else if (isDue && this.#cycle !== undefined) this.#options.work.stopFailing?.();
  }

  get #isBusy(): boolean {
    return this.#cycle !== undefined || this.#reloading !== undefined;
  }

  get #isReloadPending(): boolean {
    return this.#reload !== undefined || this.#reloading !== undefined;
  }

  #startReload(): void {
    if (this.#reload === undefined || this.#isBusy || this.#resends.size > 0) return;
    const apply = this.#reload;
    this.#reload = undefined;
    this.#reloading = this.#runReload(apply);
  }

  async #runReload(apply: Reload): Promise<void> {
    const { planner, clock } = this.#options;
    const options = await apply();
    this.#reloading = undefined;
    if (options !== undefined) planner.reload(options, clock.now());
    this.#reportResendInterval();
    this.#turn();
  }

  #startCycle(trigger: Trigger): void {
    const { planner, clock } = this.#options;
    planner.reportCycleStart(clock.now());
    this.#cycle = this.#runCycle(trigger);
  }

  async #runCycle(trigger: Trigger): Promise<void> {
    const { planner, clock, work, observer } = this.#options;
    const end = await work.runCycle(trigger, (read) => {
      planner.reportRead(read);
      this.#turn();
    });
    this.#cycle = undefined;
    const nowMs = clock.now();
    planner.reportCycleEnd(nowMs, end);
    observer.cyclePlanned(planner.plan(nowMs).nextCycleMs);
    this.#reportResendInterval();
    this.#turn();
  }

  #startResend(): void {
    const { planner, clock, work } = this.#options;
    planner.reportResend(clock.now());
    const resend = work.resend();
    this.#resends.add(resend);
    void this.#awaitResend(resend);
  }

  async #awaitResend(resend: Promise<void>): Promise<void> {
    await resend;
    this.#resends.delete(resend);
    // Only a reload waits for resends.
    if (this.#reload !== undefined) this.#turn();
  }

  #reportResendInterval(): void {
    const { planner, observer } = this.#options;
    if (planner.resendMs === this.#resendMs) return;
    this.#resendMs = planner.resendMs;
    observer.resendIntervalChanged(planner.resendMs);
  }
}
