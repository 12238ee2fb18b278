import { countFailed, type SampleCounts } from '../remote-write/sample-counts.ts';

/** Totals of a sink since the process started. Self-metrics report them. */
export class SinkCounters {
  /** When all totals were 0, in milliseconds since the Unix epoch. */
  readonly startMs: number;
  /** Number of samples dropped before the receiver accepted them, by reason. */
  readonly samplesDropped = new Map<string, number>();
  samplesSent = 0;
  samplesFailed = 0;
  /** Samples on disk that the receiver has not accepted yet. */
  samplesPersisted = 0;
  /** Samples in retried requests, once per retry. */
  samplesRetried = 0;
  /** Compressed size of the accepted requests. */
  bytesSent = 0;
  /** Timestamp of the last cycle that was delivered completely, in milliseconds since the Unix epoch. */
  lastSuccessMs: number | undefined;
  #retries = 0;

  constructor(startMs: number = Date.now()) {
    this.startMs = startMs;
  }

  add(counts: SampleCounts): void {
    this.samplesSent += counts.sent;
    this.samplesFailed += countFailed(counts);
    this.bytesSent += counts.bytes;
  }

  addRetry(samples: number): void {
    this.#retries++;
    this.samplesRetried += samples;
  }

  /** Number of retried requests since the last call. */
  takeRetries(): number {
    const retries = this.#retries;
    this.#retries = 0;
    return retries;
  }

  drop(reason: string, samples: number): void {
    this.samplesDropped.set(reason, (this.samplesDropped.get(reason) ?? 0) + samples);
  }
}
