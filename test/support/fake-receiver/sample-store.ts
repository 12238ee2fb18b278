import { describe } from './check-series.ts';
import { type DecodedSeries, STALE_BITS, toNumber } from './decoded.ts';

/** A sample that the receiver has accepted. */
export interface StoredSample {
  readonly name: string;
  /** Without `__name__`. */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number | 'stale';
  readonly timestampMs: number;
}

/** Stores samples, and checks that the timestamps of a series increase. */
export class SampleStore {
  readonly samples: StoredSample[] = [];
  readonly #newest = new Map<string, number>();

  /** Adds samples. Yields a violation for each that receivers would reject as duplicate or out of order. */
  *add(series: DecodedSeries): Generator<string> {
    const key = describe(series);
    for (const { bits, timestampMs } of series.samples) {
      const newest = this.#newest.get(key) ?? -Infinity;
      if (timestampMs === newest) yield `${key}: two samples at ${timestampMs}`;
      if (timestampMs < newest) yield `${key}: sample at ${timestampMs} after ${newest}`;
      this.#newest.set(key, Math.max(newest, timestampMs));
      const value = bits === STALE_BITS ? 'stale' : toNumber(bits);
      this.samples.push({ ...splitLabels(series), value, timestampMs });
    }
  }
}

function splitLabels({ labels }: DecodedSeries): Pick<StoredSample, 'name' | 'labels'> {
  const { __name__: name = '', ...rest } = Object.fromEntries(
    labels.map((label) => [label.name, label.value]),
  );
  return { name, labels: rest };
}
