import { CycleMemory } from '../cycle/cycle-memory.ts';
import type { CycleResult } from '../cycle/cycle-result.ts';
import { attemptCycle, type CycleObserver, type CycleOptions } from '../cycle/run-cycle.ts';
import type { SelfReport } from '../cycle/self-report.ts';
import type { CycleInfo, Delivery, Sink } from '../sinks/sink.ts';
import type { CycleRead, LoopWork } from './agent-loop.ts';
import type { CycleEnd, Trigger } from './planner.ts';

export interface WorkObserver {
  /** Called at the start of each cycle. The returned `end` is called at its end. */
  watchCycle(): { readonly observer: CycleObserver; readonly end: () => void };
  cycleEnded(result: CycleResult, facts: CycleFacts): void;
  resent(deliveries: readonly Delivery[]): void;
  /** Called once when results have become too old to be resent. */
  resultsExpired(ageMs: number): void;
}

export interface CycleFacts {
  readonly trigger: Trigger;
  readonly tookMs: number;
}

export interface WorkOptions {
  readonly cycle: CycleOptions;
  /** Maximum age of results that are resent. */
  readonly maxResultAgeMs: number;
  readonly intervalMs: number;
}

export interface WorkRuntime {
  readonly observer: WorkObserver;
  readonly now: () => number;
  /** Stops reading. */
  readonly signal: AbortSignal;
  /** Stops delivering. */
  readonly deliverySignal: AbortSignal;
  readonly memory?: CycleMemory;
}

/** Runs the agent's cycles, resends the values of the last one, and ends its series. */
export class AgentWork implements LoopWork {
  readonly #runtime: WorkRuntime;
  readonly #memory: CycleMemory;
  readonly #busy = new Set<Sink>();
  readonly #resending = new Set<Sink>();
  #options: WorkOptions;
  #report: SelfReport | undefined;
  #isTooOld = false;
  #newestMs = 0;
  /** Whether the current cycle has read everything. */
  #isRead = false;
  #lastDeliveryMs: number | undefined;
  readonly #startMs: number;

  constructor(options: WorkOptions, runtime: WorkRuntime) {
    this.#options = options;
    this.#startMs = runtime.now();
    this.#runtime = runtime;
    this.#memory = runtime.memory ?? new CycleMemory();
  }

  /** Milliseconds since the Unix epoch. Absent before the first successful read. */
  get lastReadMs(): number | undefined {
    return this.#memory.lastReadMs;
  }

  /** Milliseconds since the Unix epoch. Absent before a receiver has accepted samples. */
  get lastDeliveryMs(): number | undefined {
    return this.#lastDeliveryMs;
  }

  /** Must not be called while a cycle or a resend is running. */
  replace(options: WorkOptions): void {
    this.#options = options;
  }

  async runCycle(
    trigger: Trigger,
    onRead: (read: CycleRead) => void = () => undefined,
  ): Promise<CycleEnd> {
    const { observer, now, signal, deliverySignal } = this.#runtime;
    const startMs = now();
    this.#isRead = false;
    const { observer: cycleObserver, end } = observer.watchCycle();
    const result = await attemptCycle(this.#options.cycle, {
      observer: cycleObserver,
      signal,
      deliverySignal,
      now,
      memory: this.#memory,
      isScheduled: trigger === 'schedule',
      isChangeOnly: trigger === 'change',
      intervalMs: this.#options.intervalMs,
      onFeeding: (sink, isBusy) => void (isBusy ? this.#busy.add(sink) : this.#busy.delete(sink)),
      onRead: (report) => {
        this.#isRead = true;
        this.#setReport(report);
        const series = this.#memory.engine?.series ?? 0;
        onRead({ series, samplesMs: report.info.timestampMs });
      },
    });
    end();
    const cycleEnd = this.#recordResult(result);
    const { deliveries } = result.status === 'done' ? result.report : result.failure;
    this.#recordDeliveries(deliveries);
    observer.cycleEnded(result, { trigger, tookMs: now() - startMs });
    return cycleEnd;
  }

  /** Does nothing while the cycle still reads, because its deliveries are not late then. */
  stopFailing(): void {
    if (!this.#isRead) return;
    for (const sink of this.#busy) sink.stopIfFailing?.();
  }

  async resend(): Promise<void> {
    const report = this.#report;
    const nowMs = this.#runtime.now();
    // After the clock was set back, receivers would reject samples that are older than the last ones.
    if (report === undefined || nowMs <= this.#newestMs) return;
    this.#newestMs = nowMs;
    const withResults = this.#canResendResults(nowMs);
    const deliveries = await Promise.all(
      this.#options.cycle.sinks.map(async (sink) =>
        this.#resendAt(sink, {
          report,
          withResults,
          cycle: { ...report.info, timestampMs: nowMs },
        }),
      ),
    );
    this.#recordDeliveries(deliveries.flat());
    this.#runtime.observer.resent(deliveries.flat());
  }

  /** Ends every series, so that a stopped agent leaves no outdated values behind. */
  async endSeries(): Promise<readonly Delivery[]> {
    const report = this.#report;
    if (report === undefined) return [];
    const timestampMs = Math.max(this.#runtime.now(), this.#newestMs + 1);
    const options = { signal: this.#runtime.deliverySignal, selfSeries: () => report.series() };
    const deliveries = await Promise.all(
      this.#options.cycle.sinks.map(async (sink) =>
        sink.endSeries?.({ ...report.info, timestampMs }, options),
      ),
    );
    return deliveries.filter((delivery) => delivery !== undefined);
  }

  #recordResult(result: CycleResult): CycleEnd {
    const isRead = result.status === 'done';
    const { selfReport } = isRead ? result.report : result.failure;
    const isComplete = isRead && result.report.isComplete;
    if (selfReport !== undefined) this.#setReport(selfReport);
    if (isRead) this.#isTooOld = false;
    const series = this.#memory.engine?.series ?? 0;
    return { isRead, isComplete, series, samplesMs: selfReport?.info.timestampMs };
  }

  #recordDeliveries(deliveries: readonly Delivery[]): void {
    if (deliveries.some(({ sent }) => sent > 0)) this.#lastDeliveryMs = this.#runtime.now();
  }

  #setReport(report: SelfReport): void {
    this.#report = report;
    this.#newestMs = Math.max(this.#newestMs, report.info.timestampMs);
  }

  #canResendResults(nowMs: number): boolean {
    // Results of an earlier process are at least as old as this process.
    const ageMs = nowMs - (this.lastReadMs ?? this.#startMs);
    const isTooOld = ageMs > this.#options.maxResultAgeMs;
    if (isTooOld && !this.#isTooOld) this.#runtime.observer.resultsExpired(ageMs);
    this.#isTooOld = isTooOld;
    return !isTooOld;
  }

  /** Skips a sink that is still busy with a cycle or an earlier resend. */
  async #resendAt(
    sink: Sink,
    { report, withResults, cycle }: { report: SelfReport; withResults: boolean; cycle: CycleInfo },
  ): Promise<Delivery[]> {
    if (sink.resend === undefined || this.#busy.has(sink) || this.#resending.has(sink)) return [];
    this.#resending.add(sink);
    try {
      const signal = this.#runtime.deliverySignal;
      return [await sink.resend({ cycle, withResults, selfSeries: () => report.series(), signal })];
    } finally {
      this.#resending.delete(sink);
    }
  }
}
