import type { ClockGuard } from '../remote-write/delivery/clock-guard.ts';
import type { SendReport } from '../remote-write/delivery/send-queue.ts';
import type { LabelPipeline } from '../remote-write/push/label-pipeline.ts';
import { addReports, type PushReport } from '../remote-write/push/push-report.ts';
import type { DeliveryCounts } from './delivery-counts.ts';
import type { Delivery } from './sink.ts';

export interface AccountantOptions {
  /** Of the sink. */
  readonly name: string;
  readonly counters: DeliveryCounts;
  readonly guard: ClockGuard;
  readonly labels: LabelPipeline;
}

/** Turns what became of batches into what is reported and counted. */
export class DeliveryRecorder {
  readonly #options: AccountantOptions;
  #warnings: string[] = [];
  #changedLabels = 0;

  constructor(options: AccountantOptions) {
    this.#options = options;
  }

  warn(message: string): void {
    this.#warnings.push(message);
  }

  /**
   * Counts results, and what had waited before them.
   *
   * @param successMs Time of the cycle that arrived if all of it did, in milliseconds since the Unix
   *   epoch.
   */
  countResults(results: SendReport, successMs?: number): void {
    this.#options.counters.samplesKept = results.keptSamples;
    this.#count(results);
    this.#succeed([results], successMs);
  }

  /** Counts what the agent said about itself: of a cycle without results, it is all that arrives. */
  countOwn({ results, own }: PushReport, successMs?: number): void {
    this.#options.counters.samplesKept += own.keptSamples;
    this.#count(own);
    this.#succeed([results, own], successMs);
  }

  #count(report: SendReport): void {
    const { counters } = this.#options;
    counters.samplesSent += report.sentSamples;
    counters.samplesFailed += report.refusedSamples + lost(report);
    counters.bytesSent += report.sentBytes;
  }

  /** Nothing is known of a receiver that was sent nothing. */
  #succeed(reports: readonly SendReport[], successMs: number | undefined): void {
    const { sentSamples, refusedSamples, waitingSamples, errors } = addReports(reports);
    if (sentSamples === 0 || refusedSamples + waitingSamples + errors.length > 0) return;
    this.#options.counters.lastSuccessMs = successMs ?? this.#options.counters.lastSuccessMs;
  }

  toDelivery({ results, own }: PushReport, isAborted = false): Delivery {
    const { name, counters } = this.#options;
    const report = addReports([results, own]);
    const failed = report.refusedSamples + lost(report);
    const isWhole = failed + report.waitingSamples === 0 && !isAborted;
    return {
      sink: name,
      status: isWhole ? 'delivered' : report.sentSamples > 0 ? 'partial' : 'failed',
      sent: report.sentSamples,
      failed,
      kept: report.keptSamples,
      retries: counters.takeRetries(),
      bytes: report.sentBytes,
      errors: report.errors,
      warnings: this.#takeWarnings(),
    };
  }

  #takeWarnings(): string[] {
    const clock = this.#options.guard.takeWarning();
    if (clock !== undefined) this.warn(clock);
    this.#warnOfLabels();
    const warnings = [...new Set(this.#warnings)];
    this.#warnings = [];
    return warnings;
  }

  /** Once for all that was changed since the last time. */
  #warnOfLabels(): void {
    const { renamed, truncated, dropped, excess } = this.#options.labels.counts;
    const changed = renamed + truncated + dropped + excess;
    if (changed === this.#changedLabels) return;
    this.#changedLabels = changed;
    this.warn(
      `labels were not sent as they were: ${renamed} names were cleaned, ${truncated} values cut, ${dropped} names dropped as reserved or taken, ${excess} labels left out as too many`,
    );
  }
}

/** What the receiver was not there to take, and is kept nowhere. */
function lost({ waitingSamples, keptSamples }: SendReport): number {
  return waitingSamples - keptSamples;
}
