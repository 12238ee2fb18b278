import type { Delivery, DeliveryCounters } from './sink.ts';

/** The counters of a sink that sends one request per cycle. */
export class DeliveryCounts implements DeliveryCounters {
  readonly samplesDropped = new Map<string, number>();
  samplesSent = 0;
  samplesFailed = 0;
  samplesRetried = 0;
  bytesSent = 0;
  lastSuccessMs: number | undefined;

  /** @param timestampMs Milliseconds since the Unix epoch, of the cycle that was delivered. */
  add(delivery: Delivery, timestampMs: number): Delivery {
    this.samplesSent += delivery.sent;
    this.samplesFailed += delivery.failed;
    this.samplesRetried += delivery.retries * (delivery.sent + delivery.failed);
    this.bytesSent += delivery.bytes;
    if (delivery.status === 'delivered') this.lastSuccessMs = timestampMs;
    return delivery;
  }

  drop(reason: string, samples: number): void {
    this.samplesDropped.set(reason, (this.samplesDropped.get(reason) ?? 0) + samples);
  }
}
