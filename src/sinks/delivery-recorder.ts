import type { ClockGuard } from '../remote-write/delivery/clock-guard.ts';
import type { LabelPipeline } from '../remote-write/push/label-pipeline.ts';
import {
  addCounts,
  countFailed,
  isStoredInPart,
  type SampleCounts,
} from '../remote-write/sample-counts.ts';
import type { SinkCounters } from './sink-counters.ts';
import type { Delivery } from './sink.ts';

export interface DeliveryRecorderOptions {
  /** Name of the sink. */
  readonly name: string;
  readonly counters: SinkCounters;
  readonly guard: ClockGuard;
  readonly labels: LabelPipeline;
}

/** Adds up the counts of a sink, and turns the counts of each push into a delivery. */
export class DeliveryRecorder {
  readonly #options: DeliveryRecorderOptions;
  #warnings: string[] = [];
  #changedLabels = 0;

  constructor(options: DeliveryRecorderOptions) {
    this.#options = options;
  }

  warn(message: string): void {
    this.#warnings.push(message);
  }

  /**
   * Records the results of a push and the pending samples sent before them.
   *
   * @param successMs Timestamp of the cycle in milliseconds since the Unix epoch, if delivering it
   *   counts as a success.
   */
  recordResults(results: SampleCounts, successMs?: number): void {
    const { counters } = this.#options;
    counters.samplesPersisted = results.persisted;
    counters.add(results);
    this.#recordSuccess(results, successMs);
  }

  /** Records the self-metrics. A cycle without results sends nothing else. */
  recordSelfSeries(results: SampleCounts, self: SampleCounts, successMs?: number): void {
    const { counters } = this.#options;
    counters.samplesPersisted += self.persisted;
    counters.add(self);
    this.#recordSuccess(addCounts([results, self]), successMs);
  }

  /** A push without samples says nothing about the receiver. */
  #recordSuccess(counts: SampleCounts, successMs: number | undefined): void {
    const { sent, rejected, pending, errors } = counts;
    if (sent === 0 || rejected + pending + errors.length > 0) return;
    this.#options.counters.lastSuccessMs = successMs ?? this.#options.counters.lastSuccessMs;
  }

  /** @param isAborted Whether the push was stopped, so that samples may be missing from the counts. */
  toDelivery(counts: SampleCounts, isAborted = false): Delivery {
    const { name, counters } = this.#options;
    const isComplete = countFailed(counts) + counts.pending === 0 && !isAborted;
    return {
      sink: name,
      status: isComplete ? 'delivered' : isStoredInPart(counts) ? 'partial' : 'failed',
      ...counts,
      retries: counters.takeRetries(),
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

  #warnOfLabels(): void {
    const { renamed, truncated, dropped, excess } = this.#options.labels.counts;
    const changed = renamed + truncated + dropped + excess;
    if (changed === this.#changedLabels) return;
    this.#changedLabels = changed;
    this.warn(
      `labels were changed to make them valid: ${renamed} names replaced, ${truncated} values truncated, ${dropped} reserved or duplicate names dropped, ${excess} labels dropped because of metrics.max_labels`,
    );
  }
}
