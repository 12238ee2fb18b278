import type { AgentClock } from './clock.ts';
import type { CycleEnd, Planner, PlannerOptions, Trigger } from './planner.ts';

/** What the loop makes happen. */
export interface LoopWork {
  /** One cycle, from source to receivers. Never rejects. */
  cycle(trigger: Trigger): Promise<CycleEnd>;
  /** Sends what was sent last, to receivers that are free. Never rejects. */
  resend(): Promise<void>;
}

/** Told how the loop gets on. */
export interface LoopObserver {
  /** The loop has looked at the clock, for whatever reason. */
  turned(turn: LoopTurn): void;
  /** A cycle is over, and this is when the next one will be. */
  planned(nextCycleMs: number): void;
  /** Repetitions are further apart than before, or closer together. */
  resendIntervalChanged(resendMs: number): void;
}

export interface LoopTurn {
  readonly nowMs: number;
  readonly nextCycleMs: number;
  readonly intervalMs: number;
}

/**
 * Makes everything that has changed take effect, while neither a cycle nor a repetition is under way.
 * Gives nothing if all stays as it is. Never rejects.
 */
export type Reload = () => Promise<PlannerOptions | undefined>;

export interface LoopOptions {
  readonly planner: Planner;
  readonly clock: AgentClock;
  readonly work: LoopWork;
  readonly observer: LoopObserver;
}

/**
 * Timers do not count the time that a machine sleeps, nor know when its clock is set; so the clock
 * is looked at this often in any case. A heartbeat that is older tells of a loop that stands still.
 */
export const MAX_TURN_MS = 10_000;

/** Runs cycles, one at a time, and repetitions when the planner says so. */
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

  /** Scan results have changed, or may have. */
  changed(): void {
    const { planner, clock } = this.#options;
    planner.changed(clock.now());
    this.#turn();
  }

  /** Takes other options as soon as nothing is under way, and runs a cycle with them. */
  reload(apply: Reload): void {
    this.#reload = apply;
    this.#turn();
  }

  /** Begins nothing more, and waits until what is under way is done. */
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
    const plan = planner.look(nowMs);
    if (plan.trigger !== undefined && !this.#isBusy) this.#startCycle(plan.trigger);
    if (plan.isResendDue && !this.#isReloadAsked) this.#startResend();
    const { nextCycleMs, nextResendMs = nowMs + MAX_TURN_MS } = planner.look(nowMs);
    observer.turned({ nowMs, nextCycleMs, intervalMs: planner.intervalMs });
    // The end of what is in the way is a turn of its own.
    const waits = [
      MAX_TURN_MS,
      this.#isBusy ? MAX_TURN_MS : nextCycleMs - nowMs,
      this.#isReloadAsked ? MAX_TURN_MS : nextResendMs - nowMs,
    ];
    this.#cancelTimer = clock.setTimer(() => this.#turn(), Math.max(0, Math.min(...waits)));
  }

  get #isBusy(): boolean {
    return this.#cycle !== undefined || this.#reloading !== undefined;
  }

  get #isReloadAsked(): boolean {
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
    planner.cycleStarted(clock.now());
    this.#cycle = this.#runCycle(trigger);
  }

  async #runCycle(trigger: Trigger): Promise<void> {
    const { planner, clock, work, observer } = this.#options;
    const end = await work.cycle(trigger);
    this.#cycle = undefined;
    const nowMs = clock.now();
    planner.cycleEnded(nowMs, end);
    observer.planned(planner.look(nowMs).nextCycleMs);
    this.#reportResendInterval();
    this.#turn();
  }

  #startResend(): void {
    const { planner, clock, work } = this.#options;
    planner.resent(clock.now());
    const resend = work.resend();
    this.#resends.add(resend);
    void this.#awaitResend(resend);
  }

  async #awaitResend(resend: Promise<void>): Promise<void> {
    await resend;
    this.#resends.delete(resend);
    // What waits for this is another configuration only.
    if (this.#reload !== undefined) this.#turn();
  }

  #reportResendInterval(): void {
    const { planner, observer } = this.#options;
    if (planner.resendMs === this.#resendMs) return;
    this.#resendMs = planner.resendMs;
    observer.resendIntervalChanged(planner.resendMs);
  }
}
