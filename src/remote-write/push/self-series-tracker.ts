import type { BatchCodec } from '../batch/batch-codec.ts';
import type { StoredCycle } from '../push-store/cycle-store.ts';
import { STALE, type TimeSeries } from '../time-series.ts';

type SelfSeries = Pick<TimeSeries, 'labels' | 'metadata' | 'value'>;

/**
 * Tracks the self-metrics that are alive, so that they end when they are no longer sent. Comparing two
 * cycles is not enough, because resends and failed reads send self-metrics as well.
 */
export class SelfSeriesTracker {
  readonly #alive = new Map<string, SelfSeries>();

  /** Restores the series that an earlier process sent. */
  resume(cycle: StoredCycle | undefined, codec: BatchCodec): void {
    for (const batch of cycle?.batches ?? []) {
      if (batch.kind === 'self') this.add(codec.decode(batch.read()));
    }
  }

  add(series: readonly SelfSeries[]): void {
    for (const one of series) {
      if (one.value === STALE) this.#alive.delete(keyOf(one));
      else this.#alive.set(keyOf(one), one);
    }
  }

  /** Returns the series that are alive but missing from `series`. */
  missing(series: readonly SelfSeries[]): SelfSeries[] {
    const now = new Set(series.map(keyOf));
    return [...this.#alive].filter(([key]) => !now.has(key)).map(([, one]) => one);
  }
}

function keyOf({ labels }: SelfSeries): string {
  return JSON.stringify(labels.map(({ name, value }) => [name, value]));
}
