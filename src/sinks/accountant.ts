import type { ClockGuard } from '../remote-write/delivery/clock-guard.ts';
import type { SendReport } from '../remote-write/delivery/send-queue.ts';
import type { LabelPipeline } from '../remote-write/outgoing/label-pipeline.ts';
import { addReports, type PushReport } from '../remote-write/outgoing/push-report.ts';
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
export class Accountant {
  readonly #options: AccountantOptions;
  #warnings: string[] = [];
  #changedLabels = 0;

  constructor(options: AccountantOptions) {
    this.#options = options;
  }

  warn(message: string): void {
    this.#warnings.push(message);
  }

  /** @param successMs When it would be a success, in milliseconds since the Unix epoch. */
  count(report: SendReport, successMs?: number): void {
    const { counters } = this.#options;
    counters.samplesSent += report.sentSamples;
    counters.samplesFailed += report.refusedSamples + lost(report);
    counters.bytesSent += report.sentBytes;
    const isWhole = report.refusedSamples + report.waitingSamples === 0;
    if (isWhole && report.errors.length === 0 && successMs !== undefined) {
      counters.lastSuccessMs = successMs;
    }
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
