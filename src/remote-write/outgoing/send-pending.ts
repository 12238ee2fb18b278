import { countWaiting, type KeptBatch } from '../cycles/cycle-store.ts';
import type { BatchDelivery } from '../delivery/batch-delivery.ts';
import { SendQueue, type SendReport } from '../delivery/send-queue.ts';
import { nothingSent } from './push-report.ts';
import type { Receiver } from './receiver.ts';

export interface SendPendingOptions {
  readonly delivery: BatchDelivery;
  readonly signal: AbortSignal;
}

/**
 * Sends what earlier cycles could not, the oldest first, each with its own timestamps. A cycle
 * begins when the one before is through, and none does while the receiver takes nothing. Never
 * rejects.
 */
export async function sendPending(
  receiver: Receiver,
  { delivery, signal }: SendPendingOptions,
): Promise<SendReport[]> {
  const { store, concurrency, sampleAgeLimitMs, now, onDropped } = receiver.options;
  const reports: SendReport[] = [];
  let isThrough = true;
  for (const cycle of store.unsettled) {
    // A younger one may have needed its room meanwhile.
    if (!store.unsettled.includes(cycle)) continue;
    const { timestampMs, batches } = cycle;
    const unsettled = batches.filter(({ isSettled }) => !isSettled);
    if (sampleAgeLimitMs > 0 && now() - timestampMs > sampleAgeLimitMs) {
      onDropped('age', giveUp(unsettled));
      continue;
    }
    if (!isThrough) {
      reports.push(waiting(unsettled));
      continue;
    }
    cycle.isBeingSent = true;
    const queue = new SendQueue({ delivery, concurrency, maxHeldBytes: Infinity });
    const release = queue.abortWith(signal);
    for (const batch of unsettled) await queue.push(batch);
    const report = await queue.drain();
    release();
    cycle.isBeingSent = false;
    const lost = cycle.isGivenUp ? countWaiting(unsettled) : 0;
    if (lost > 0) onDropped('size', lost);
    reports.push(without(report, lost));
    // What was given up meanwhile will not come any more, and so holds up nothing.
    isThrough = !signal.aborted && report.waitingSamples === lost;
  }
  return reports;
}

/** Samples that are counted as dropped wait no more. */
function without(report: SendReport, dropped: number): SendReport {
  const waitingSamples = report.waitingSamples - dropped;
  return { ...report, waitingSamples, keptSamples: Math.min(report.keptSamples, waitingSamples) };
}

/** What is not even tried, because it is younger than something that waits. */
function waiting(batches: readonly KeptBatch[]): SendReport {
  return {
    ...nothingSent,
    waitingSamples: countWaiting(batches),
    keptSamples: countWaiting(batches.filter(({ isOnDisk }) => isOnDisk)),
  };
}

function giveUp(batches: readonly KeptBatch[]): number {
  const samples = countWaiting(batches);
  for (const batch of batches) batch.settle();
  return samples;
}
