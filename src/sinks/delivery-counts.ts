import type { Delivery, DeliveryCounters } from './sink.ts';

/** Counts what a sink does, for as long as the process lives. */
export class DeliveryCounts implements DeliveryCounters {
  readonly samplesDropped = new Map<string, number>();
  samplesSent = 0;
  samplesFailed = 0;
  samplesKept = 0;
  samplesRetried = 0;
  bytesSent = 0;
  lastSuccessMs: number | undefined;
  #retries = 0;

  /** @param timestampMs Milliseconds since the Unix epoch, of the cycle that was delivered. */
  add(delivery: Delivery, timestampMs: number): Delivery {
    this.samplesSent += delivery.sent;
    this.samplesFailed += delivery.failed;
    this.bytesSent += delivery.bytes;
    if (delivery.status === 'delivered') this.lastSuccessMs = timestampMs;
    return delivery;
  }

  countRetry(samples: number): void {
    this.#retries++;
    this.samplesRetried += samples;
  }

  /** Number of requests that were repeated since the last call. */
  takeRetries(): number {
    const retries = this.#retries;
    this.#retries = 0;
    return retries;
  }

  drop(reason: string, samples: number): void {
    this.samplesDropped.set(reason, (this.samplesDropped.get(reason) ?? 0) + samples);
  }
}
