/** Prometheus, Cortex and VictoriaMetrics answer 400 to requests above their limit, others 413. */
const tooLarge =
  /decoded length \d+ exceeds|message larger than max|too big data size|(?:request|body|message|payload)[\w ]*too large/i;

export function isTooLarge(status: number, body: string): boolean {
  return status === 413 || (status === 400 && tooLarge.test(body));
}

/** A rate limit that a single request exceeds. */
export interface ItemLimit {
  /** Number of items that a request may have. */
  readonly items: number;
  /** Whether the metadata of 2.0 counts. */
  readonly countsMetadata: boolean;
}

const mimirBurst = /maximum allowed burst of (\d{1,12})/;
const cortexRate =
  /rate limit \((\d{1,12})(?:\.\d+)?\) exceeded while adding (\d{1,12}) samples and (\d{1,12}) metadata/;

/** Finds the limit in the answer of a receiver that answers 429. Cortex names its rate, which its burst exceeds. */
export function findItemLimit(body: string): ItemLimit | undefined {
  const burst = mimirBurst.exec(body)?.[1];
  if (burst !== undefined) return { items: Number(burst), countsMetadata: false };
  const [, rate, , metadata] = cortexRate.exec(body) ?? [];
  if (rate === undefined) return undefined;
  return { items: Number(rate), countsMetadata: metadata !== '0' };
}
