import type { BatchCodec } from '../batch/batch-codec.ts';
import type { KeptCycle } from '../push-store/cycle-store.ts';
import { STALE, type TimeSeries } from '../time-series.ts';

type Said = Pick<TimeSeries, 'labels' | 'metadata' | 'value'>;

/**
 * Which series the sender has last said about itself, so that they end when it says them no more.
 * No cycle does it for them: they are also said between cycles, and by cycles that read nothing.
 */
export class SelfSeriesTracker {
  readonly #alive = new Map<string, Said>();

  /** Takes over what an earlier process said last. */
  resume(cycle: KeptCycle | undefined, codec: BatchCodec): void {
    for (const batch of cycle?.batches ?? []) {
      if (batch.kind === 'own') this.add(codec.decode(batch.read()));
    }
  }

  add(series: readonly Said[]): void {
    for (const one of series) {
      if (one.value === STALE) this.#alive.delete(keyOf(one));
      else this.#alive.set(keyOf(one), one);
    }
  }

  /** What was said before, and is not now. */
  missing(series: readonly Said[]): Said[] {
    const now = new Set(series.map(keyOf));
    return [...this.#alive].filter(([key]) => !now.has(key)).map(([, one]) => one);
  }
}

/** A process has some forty of them, so that their text is not too long. */
function keyOf({ labels }: Said): string {
  return JSON.stringify(labels.map(({ name, value }) => [name, value]));
}
