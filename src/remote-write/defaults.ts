const MIB = 1024 * 1024;

/** What holds for a receiver that is configured by nothing but its URL. */
export const remoteWriteDefaults = {
  /** Per request, connecting included. */
  timeoutMs: 30_000,
  /** As Prometheus sends by default: every receiver takes it. */
  maxSamplesPerSend: 2000,
  /** Before compression. */
  maxBytesPerSend: 4 * MIB,
  minBackoffMs: 1000,
  maxBackoffMs: 30_000,
  retryOn429: true,
  /** How long a receiver may fail before the rest of a cycle counts as failed. */
  retryBudgetMs: 120_000,
  /** Requests in flight. More than 4 gain little: the receiver is the slower side. */
  concurrency: 2,
  /** Of encoded batches that wait, compressed: about 1.5 million samples. */
  maxWaitingBytes: 64 * MIB,
  /** As Mimir takes by default. */
  maxLabels: 30,
  maxLabelValueBytes: 1024,
  /** Unlimited, as in Prometheus. A receiver that was down usually accepts old samples afterwards. */
  sampleAgeLimitMs: 0,
  /** Size of persisted samples per receiver: about six million samples. */
  maxKeptBytes: 256 * MIB,
} as const;
