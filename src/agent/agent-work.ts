import { CycleMemory } from '../cycle/cycle-memory.ts';
import type { CycleResult } from '../cycle/cycle-result.ts';
import { attemptCycle, type CycleObserver, type CycleOptions } from '../cycle/run-cycle.ts';
import type { SelfReport } from '../cycle/self-report.ts';
import type { CycleInfo, Delivery, Sink } from '../sinks/sink.ts';
import type { LoopWork } from './agent-loop.ts';
import type { CycleEnd, Trigger } from './planner.ts';

/** Told what became of the work; all of it is for people. */
export interface WorkObserver {
  /** A new one for each cycle. */
  watchCycle(): { readonly observer: CycleObserver; readonly end: () => void };
  cycleEnded(result: CycleResult, facts: CycleFacts): void;
  resent(deliveries: readonly Delivery[]): void;
  /** Results have become too old to be sent again, for the first time since they were read. */
  tooOld(ageMs: number): void;
}

export interface CycleFacts {
  readonly trigger: Trigger;
  readonly tookMs: number;
}

export interface WorkOptions {
  readonly cycle: CycleOptions;
  /** Results that were read longer ago are not sent again. */
  readonly maxResultAgeMs: number;
  readonly intervalMs: number;
}

export interface WorkRuntime {
  readonly observer: WorkObserver;
  readonly now: () => number;
  /** Ends reading at once. */
  readonly signal: AbortSignal;
  /** Gives up what is not delivered yet. */
  readonly deliverySignal: AbortSignal;
  readonly memory?: CycleMemory;
}

/** What an agent does between start and stop: cycles, and repetitions of the last one. */
export class AgentWork implements LoopWork {
  readonly #runtime: WorkRuntime;
  readonly #memory: CycleMemory;
  readonly #fed = new Set<Sink>();
  readonly #resending = new Set<Sink>();
  #options: WorkOptions;
  #own: SelfReport | undefined;
  #isTooOld = false;
  #newestMs = 0;
  readonly #startMs: number;

  constructor(options: WorkOptions, runtime: WorkRuntime) {
    this.#options = options;
    this.#startMs = runtime.now();
    this.#runtime = runtime;
    this.#memory = runtime.memory ?? new CycleMemory();
  }

  /** Milliseconds since the Unix epoch; absent before the first read that gave something. */
  get lastReadMs(): number | undefined {
    return this.#memory.lastReadMs;
  }

  /** Not while a cycle or a repetition is under way. */
  replace(options: WorkOptions): void {
    this.#options = options;
  }

  async cycle(trigger: Trigger): Promise<CycleEnd> {
    const { observer, now, signal, deliverySignal } = this.#runtime;
    const startMs = now();
    const { observer: cycleObserver, end } = observer.watchCycle();
    const result = await attemptCycle(this.#options.cycle, {
      observer: cycleObserver,
      signal,
      deliverySignal,
      now,
      memory: this.#memory,
      intervalMs: this.#options.intervalMs,
      feeding: (sink, isFed) => void (isFed ? this.#fed.add(sink) : this.#fed.delete(sink)),
      wasRead: (own) => this.#know(own),
    });
    end();
    const cycleEnd = this.#take(result);
    observer.cycleEnded(result, { trigger, tookMs: now() - startMs });
    return cycleEnd;
  }

  async resend(): Promise<void> {
    const own = this.#own;
    const nowMs = this.#runtime.now();
    // A clock that was set back: receivers refuse a sample that is older than the last one.
    if (own === undefined || nowMs <= this.#newestMs) return;
    this.#newestMs = nowMs;
    const withResults = this.#mayResultsGo(nowMs);
    const deliveries = await Promise.all(
      this.#options.cycle.sinks.map(async (sink) =>
        this.#resendAt(sink, { own, withResults, cycle: { ...own.info, timestampMs: nowMs } }),
      ),
    );
    this.#runtime.observer.resent(deliveries.flat());
  }

  /** Ends every series, so that none is believed to be still true when nobody looks after it. */
  async endSeries(): Promise<readonly Delivery[]> {
    const own = this.#own;
    if (own === undefined) return [];
    const timestampMs = Math.max(this.#runtime.now(), this.#newestMs + 1);
    const options = { signal: this.#runtime.deliverySignal, selfSeries: () => own.series() };
    const deliveries = await Promise.all(
      this.#options.cycle.sinks.map(async (sink) =>
        sink.endSeries?.({ ...own.info, timestampMs }, options),
      ),
    );
    return deliveries.filter((delivery) => delivery !== undefined);
  }

  #take(result: CycleResult): CycleEnd {
    const isRead = result.status === 'done';
    const { own } = isRead ? result.report : result.failure;
    const isComplete = isRead && result.report.isComplete;
    if (own !== undefined) this.#know(own);
    if (isRead) this.#isTooOld = false;
    const series = this.#memory.engine?.series ?? 0;
    return { isRead, isComplete, series, samplesMs: own?.info.timestampMs };
  }

  #know(own: SelfReport): void {
    this.#own = own;
    this.#newestMs = Math.max(this.#newestMs, own.info.timestampMs);
  }

  #mayResultsGo(nowMs: number): boolean {
    // What an earlier process left may be of any age; it is at least that old.
    const ageMs = nowMs - (this.lastReadMs ?? this.#startMs);
    const isTooOld = ageMs > this.#options.maxResultAgeMs;
    if (isTooOld && !this.#isTooOld) this.#runtime.observer.tooOld(ageMs);
    this.#isTooOld = isTooOld;
    return !isTooOld;
  }

  /** One thing at a time: a sink that a cycle feeds, or that hangs, is left alone until it is free. */
  async #resendAt(
    sink: Sink,
    { own, withResults, cycle }: { own: SelfReport; withResults: boolean; cycle: CycleInfo },
  ): Promise<Delivery[]> {
    if (sink.resend === undefined || this.#fed.has(sink) || this.#resending.has(sink)) return [];
    this.#resending.add(sink);
    try {
      const signal = this.#runtime.deliverySignal;
      return [await sink.resend({ cycle, withResults, selfSeries: () => own.series(), signal })];
    } finally {
      this.#resending.delete(sink);
    }
  }
}
