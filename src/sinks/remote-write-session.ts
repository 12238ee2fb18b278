import type { Series } from '../metrics/series.ts';
import { OutgoingCycle, type UntimedSeries } from '../remote-write/push/outgoing-cycle.ts';
import type { Receiver } from '../remote-write/push/receiver.ts';
import type { DeliveryRecorder } from './delivery-recorder.ts';
import type { CycleOutcome, Delivery, SinkSession } from './sink.ts';
import { createTimeSeriesConverter } from './to-time-series.ts';

export interface SessionOptions {
  readonly receiver: Receiver;
  /** Milliseconds since the Unix epoch. */
  readonly timestampMs: number;
  /** Gives up what is not delivered yet. */
  readonly signal: AbortSignal;
  readonly recorder: DeliveryRecorder;
}

/** One cycle's series on their way to one receiver. */
export class RemoteWriteSession implements SinkSession {
  readonly #options: SessionOptions;
  readonly #toTimeSeries = createTimeSeriesConverter();
  readonly #cycle: Promise<OutgoingCycle>;
  #endTurn = (): void => undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#cycle = this.#begin();
    // Whoever asks for it is told; until then nobody need have asked.
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

  async #begin(): Promise<OutgoingCycle> {
    const { receiver, timestampMs, signal } = this.#options;
    this.#endTurn = await receiver.lock();
    try {
      return new OutgoingCycle(receiver, timestampMs, signal);
    } catch (error) {
      this.#endTurn();
      throw error;
    }
  }

  async #finish(
    isComplete: boolean,
    selfSeries: () => readonly Series[],
    isAborted = false,
  ): Promise<Delivery> {
    const cycle = await this.#cycle;
    try {
      const { recorder, timestampMs, signal } = this.#options;
      const successMs = isAborted ? undefined : timestampMs;
      const report = await cycle.finish(isComplete, (results) => {
        recorder.countResults(results, successMs);
        return this.#convert(selfSeries());
      });
      recorder.countOwn(report, successMs);
      return recorder.toDelivery(report, isAborted || signal.aborted);
    } finally {
      this.#endTurn();
    }
  }

  *#convert(series: readonly Series[]): Generator<UntimedSeries> {
    for (const one of series) yield this.#toTimeSeries(one);
  }
}
