import { setImmediate as nextTurn } from 'node:timers/promises';

import { RetryBudget } from '../http/retry-budget.ts';
import type { Series } from '../metrics/series.ts';
import { Batcher } from '../remote-write/batch.ts';
import { type RetryRuntime, withRetries } from '../remote-write/delivery/retrying.ts';
import { SendQueue, type SendReport } from '../remote-write/delivery/send-queue.ts';
import type { TimeSeries } from '../remote-write/time-series.ts';
import { compressSnappyBlock } from '../remote-write/wire/compress.ts';
import { remoteWriteV1 } from '../remote-write/wire/protocols.ts';
import type { WriteClient } from '../remote-write/write-client.ts';
import type { CycleOutcome, Delivery, SinkSession } from './sink.ts';
import { createTimeSeriesConverter } from './to-time-series.ts';

/** Units as in `remoteWriteDefaults`. */
interface SessionSettings {
  readonly name: string;
  readonly maxSamplesPerSend: number;
  readonly maxBytesPerSend: number;
  readonly minBackoffMs: number;
  readonly maxBackoffMs: number;
  readonly retryBudgetMs: number;
  readonly concurrency: number;
  readonly maxWaitingBytes: number;
}

export interface SessionOptions {
  readonly client: WriteClient;
  readonly settings: SessionSettings;
  readonly runtime: RetryRuntime;
  /** Milliseconds since the Unix epoch. */
  readonly timestampMs: number;
  /** Gives up what is not delivered yet. */
  readonly signal: AbortSignal;
}

/** One cycle's series on their way to one receiver. */
export class RemoteWriteSession implements SinkSession {
  readonly #name: string;
  readonly #toTimeSeries: (series: Series) => TimeSeries;
  readonly #queue: SendQueue;
  readonly #batcher: Batcher;
  readonly #closed = new AbortController();
  #retries = 0;
  #aborted = false;

  constructor({ client, settings, runtime, timestampMs, signal }: SessionOptions) {
    this.#name = settings.name;
    this.#toTimeSeries = createTimeSeriesConverter(timestampMs);
    this.#queue = new SendQueue({
      client: withRetries(client, {
        backoff: { minMs: settings.minBackoffMs, maxMs: settings.maxBackoffMs },
        budget: new RetryBudget(settings.retryBudgetMs),
        onRetry: () => this.#retries++,
        runtime,
      }),
      concurrency: settings.concurrency,
      maxWaitingBytes: settings.maxWaitingBytes,
    });
    this.#batcher = new Batcher({
      encoder: remoteWriteV1.createEncoder(),
      compress: compressSnappyBlock,
      limits: { maxSamples: settings.maxSamplesPerSend, maxBytes: settings.maxBytesPerSend },
      onRefused: (reason) => this.#queue.refuse(reason),
    });
    this.#stopWith(signal);
  }

  async write(series: readonly Series[]): Promise<void> {
    for (const one of series) {
      const batch = this.#batcher.add(this.#toTimeSeries(one));
      if (batch === undefined) continue;
      await this.#queue.push(batch);
      // Encoding one batch after the other would leave the sockets no time to send them.
      await nextTurn();
    }
  }

  async close({ ownSeries }: CycleOutcome): Promise<Delivery> {
    await this.write(ownSeries());
    const rest = this.#batcher.flush();
    if (rest) await this.#queue.push(rest);
    const report = await this.#queue.drain();
    this.#closed.abort();
    return this.#toDelivery(report);
  }

  async abort(): Promise<Delivery> {
    this.#stop();
    return this.close({ isComplete: false, ownSeries: () => [] });
  }

  #stop(): void {
    this.#aborted = true;
    this.#queue.abort();
  }

  #stopWith(signal: AbortSignal): void {
    const options = { once: true, signal: this.#closed.signal };
    signal.addEventListener('abort', () => this.#stop(), options);
    if (signal.aborted) this.#stop();
  }

  #toDelivery({ sentSamples, failedSamples, sentBytes, errors }: SendReport): Delivery {
    return {
      sink: this.#name,
      status: this.#findStatus(sentSamples, failedSamples),
      sent: sentSamples,
      failed: failedSamples,
      retries: this.#retries,
      bytes: sentBytes,
      errors,
    };
  }

  #findStatus(sent: number, failed: number): Delivery['status'] {
    if (failed === 0 && !this.#aborted) return 'delivered';
    return sent > 0 ? 'partial' : 'failed';
  }
}
