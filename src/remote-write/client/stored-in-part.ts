interface Rejected {
  readonly status: number;
  readonly samplesWritten?: string | undefined;
  readonly body: string;
}

/** Cortex and Mimir write to several ingesters, each of which stores the samples that it accepts. */
const namesIngester = /\buser=|\bingester\b|maxFailure \(quorum\)/;

/**
 * Whether a receiver may have stored a part of a request that it rejected, without a reliable count. Thanos
 * answers 409. Cortex answers 400 and reports 0 samples, Mimir 400 and all of them. Prometheus reports the
 * right count with 2.0, and stores nothing with 1.0.
 */
export function mayBeStoredInPart({ status, samplesWritten, body }: Rejected): boolean {
  if (status === 409) return true;
  return status === 400 && (samplesWritten !== undefined || namesIngester.test(body));
}
