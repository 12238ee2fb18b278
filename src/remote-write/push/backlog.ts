import { countPending, type StoredBatch, type StoredCycle } from '../push-store/cycle-store.ts';
import { noSamples, type SampleCounts } from '../sample-counts.ts';
import type { Push } from './push.ts';

/**
 * Samples that earlier cycles could not deliver. They are sent before anything else, oldest first, with
 * their original timestamps. A cycle is not sent before the previous one is finished, because receivers reject
 * samples that are older than the last one of their series.
 */
export class Backlog {
  readonly #push: Push;
  readonly #counts: SampleCounts[] = [];
  /** Cycles that are still pending, oldest first. Only the first one was attempted. */
  readonly #stuck: StoredCycle[] = [];

  constructor(push: Push) {
    this.#push = push;
  }

  /** Sends pending samples and drops those that have become too old. Never rejects. */
  async send(): Promise<void> {
    const { store, sampleAgeLimitMs, now, onDropped } = this.#push.receiver.options;
    for (const cycle of store.pending) {
      // A newer cycle may have evicted this one in the meantime.
      if (!store.pending.includes(cycle)) continue;
      if (sampleAgeLimitMs > 0 && now() - cycle.timestampMs > sampleAgeLimitMs) {
        onDropped('age', drop(cycle.batches));
      } else if (this.#stuck.length > 0) {
        this.#stuck.push(cycle);
      } else {
        await this.#sendCycle(cycle);
      }
    }
  }

  /** Returns the counts of sent and pending samples. */
  counts(): readonly SampleCounts[] {
    const stuck = this.#stuck.filter(({ isEvicted }) => !isEvicted);
    const batches = stuck.flatMap((cycle) => cycle.batches);
    const pending = countPending(batches);
    const persisted = countPending(batches.filter(({ isPersisted }) => isPersisted));
    return [...this.#counts, { ...noSamples, pending, persisted }];
  }

  async #sendCycle(cycle: StoredCycle): Promise<void> {
    cycle.isBeingSent = true;
    const queue = this.#push.createQueue();
    for (const batch of pendingOf(cycle)) await queue.push(batch);
    // Pending samples are counted at the end, because newer cycles may still evict them.
    const counts = this.#dropTooOld(await queue.drain());
    this.#counts.push({ ...counts, pending: 0, persisted: 0 });
    cycle.isBeingSent = false;
    if (cycle.isEvicted) this.#reportEviction(cycle);
    const isStopped = this.#push.signal.aborted;
    const isThrough = !isStopped && (cycle.isEvicted || pendingOf(cycle).length === 0);
    if (!isThrough) this.#stuck.push(cycle);
  }

  /** Old samples may miss the window of a receiver that was down. That is no failure of this push. */
  #dropTooOld({ tooOld = 0, possiblyStored, ...counts }: SampleCounts): SampleCounts {
    const rejected = counts.rejected - tooOld;
    if (tooOld === 0) return { ...counts, ...(possiblyStored !== undefined && { possiblyStored }) };
    const { onDropped, onWarning } = this.#push.receiver.options;
    onDropped('age', tooOld);
    if (rejected > 0) return { ...counts, rejected };
    const reasons = counts.errors.join('; ');
    onWarning(
      `dropped ${tooOld} persisted samples, which the receiver rejected as too old: ${reasons}`,
    );
    return { ...counts, rejected, errors: [] };
  }

  #reportEviction({ batches }: StoredCycle): void {
    const lost = countPending(batches);
    if (lost > 0) this.#push.receiver.options.onDropped('size', lost);
  }
}

function pendingOf({ batches }: StoredCycle): StoredBatch[] {
  return batches.filter(({ isAcknowledged }) => !isAcknowledged);
}

function drop(batches: readonly StoredBatch[]): number {
  const samples = countPending(batches);
  for (const batch of batches) batch.acknowledge();
  return samples;
}
