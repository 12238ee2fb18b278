const MIB = 1024 * 1024;

/** Defaults of a receiver. */
export const remoteWriteDefaults = {
  /** Timeout per request, including connecting. */
  timeoutMs: 30_000,
  /** Same default as vmagent. If a receiver rejects the size, the request is split. */
  maxSamplesPerSend: 10_000,
  /** Bytes per request before compression. */
  maxBytesPerSend: 8 * MIB,
  minBackoffMs: 1000,
  maxBackoffMs: 30_000,
  retryOn429: true,
  /** How long a receiver may fail before the rest of a cycle counts as failed. */
  retryBudgetMs: 120_000,
  /** Requests in flight. More than 4 improve little, because the receiver is the bottleneck. */
  concurrency: 2,
  /** Compressed bytes of pending batches: about 1.5 million samples. */
  maxPendingBytes: 64 * MIB,
  /** Default limit of Mimir. */
  maxLabels: 30,
  maxLabelValueBytes: 1024,
  /** Unlimited, as in Prometheus. A receiver that was down usually accepts old samples afterwards. */
  sampleAgeLimitMs: 0,
  /** Bytes of persisted samples per receiver: about six million samples. */
  maxPersistedBytes: 256 * MIB,
} as const;
