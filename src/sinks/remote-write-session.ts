import type { Series } from '../metrics/series.ts';
import { PushCycle } from '../remote-write/push/push-cycle.ts';
import type { Receiver } from '../remote-write/push/receiver.ts';
import type { UntimedSeries } from '../remote-write/push/write-series.ts';
import { addCounts } from '../remote-write/sample-counts.ts';
import type { DeliveryRecorder } from './delivery-recorder.ts';
import type { CycleOutcome, Delivery, SinkSession } from './sink.ts';
import { createTimeSeriesConverter } from './to-time-series.ts';

export interface SessionOptions {
  readonly receiver: Receiver;
  /** Milliseconds since the Unix epoch. */
  readonly timestampMs: number;
  /** Stops the push. Samples that are not sent by then stay pending. */
  readonly signal: AbortSignal;
  readonly recorder: DeliveryRecorder;
}

/** Sends one cycle to one remote-write receiver, after locking it. */
export class RemoteWriteSession implements SinkSession {
  readonly #options: SessionOptions;
  readonly #toTimeSeries = createTimeSeriesConverter();
  readonly #cycle: Promise<PushCycle>;
  #unlock = (): void => undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#cycle = this.#begin();
    // Avoids an unhandled rejection: the error surfaces in `write` or `close`.
    this.#cycle.catch(() => undefined);
  }

  async write(series: readonly Series[]): Promise<void> {
    await (await this.#cycle).write(this.#convert(series));
  }

  async close({ isComplete, selfSeries }: CycleOutcome): Promise<Delivery> {
    return this.#finish(isComplete, selfSeries);
  }

  async abort({ selfSeries }: Pick<CycleOutcome, 'selfSeries'>): Promise<Delivery> {
    (await this.#cycle).stop();
    return this.#finish(false, selfSeries, true);
  }

  async stopIfFailing(): Promise<void> {
    (await this.#cycle).stopIfFailing();
  }

  async #begin(): Promise<PushCycle> {
    const { receiver, timestampMs, signal } = this.#options;
    this.#unlock = await receiver.lock();
    try {
      return new PushCycle(receiver, timestampMs, signal);
    } catch (error) {
      this.#unlock();
      throw error;
    }
  }

  async #finish(
    isComplete: boolean,
    selfSeries: () => readonly Series[],
    isAborted = false,
  ): Promise<Delivery> {
    const cycle = await this.#cycle;
    const { recorder, timestampMs, signal } = this.#options;
    const successMs = isAborted ? undefined : timestampMs;
    try {
      const results = await cycle.finish(isComplete);
      recorder.recordResults(results, successMs);
      const self = await cycle.sendSelfSeries(this.#convert(selfSeries()));
      recorder.recordSelfSeries(results, self, successMs);
      return recorder.toDelivery(addCounts([results, self]), isAborted || signal.aborted);
    } finally {
      cycle.close();
      this.#unlock();
    }
  }

  *#convert(series: readonly Series[]): Generator<UntimedSeries> {
    for (const one of series) yield this.#toTimeSeries(one);
  }
}
