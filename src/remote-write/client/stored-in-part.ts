interface Rejected {
  readonly status: number;
  readonly samplesWritten?: string | undefined;
  readonly body: string;
}

/** Matches answers of Cortex and Mimir. They write to several ingesters, each of which stores the samples it accepts. */
const namesIngester = /\buser=|\bingester\b|maxFailure \(quorum\)/;

/**
 * Whether a receiver may have stored part of a rejected request without reporting a reliable count. Thanos
 * answers 409. Cortex answers 400 and reports 0 samples. Mimir answers 400 and reports all samples. Prometheus
 * reports the correct count with 2.0, and stores nothing with 1.0.
 */
export function mayBeStoredInPart({ status, samplesWritten, body }: Rejected): boolean {
  if (status === 409) return true;
  return status === 400 && (samplesWritten !== undefined || namesIngester.test(body));
}
