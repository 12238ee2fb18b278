import { RetryBudget } from '../../http/retry-budget.ts';
import type { Batch } from '../batch/batch.ts';
import { SendQueue } from '../delivery/send-queue.ts';
import { type KeptBatch, repeatable } from '../push-store/cycle-store.ts';
import { createPassingBatch } from '../push-store/memory-batch.ts';
import { SeriesHasher } from '../series-hash/series-hash.ts';
import { SeriesSet } from '../series-hash/series-set.ts';
import type { TimeSeries } from '../time-series.ts';
import { protocols } from '../wire/protocols.ts';
import { Backlog } from './backlog.ts';
import type { SelfSeries, UntimedSeries } from './outgoing-cycle.ts';
import { addReports, type PushReport } from './push-report.ts';
import type { Receiver } from './receiver.ts';

export interface RepeatOptions {
  /** Milliseconds since the Unix epoch. */
  readonly wantedMs: number;
  readonly withResults: boolean;
  readonly own: SelfSeries;
  readonly signal: AbortSignal;
}

/**
 * The next repetition comes soon and brings the same values: so a receiver that is not there is not
 * waited for as long as in a cycle.
 */
const MAX_BUDGET_MS = 20_000;

/** Sends the last cycle once more, at another time. Its receiver must have given it its turn. */
export async function repeatCycle(receiver: Receiver, options: RepeatOptions): Promise<PushReport> {
  const { store, retryBudgetMs } = receiver.options;
  const { signal } = options;
  const budget = new RetryBudget(Math.min(retryBudgetMs, MAX_BUDGET_MS));
  const delivery = receiver.createDelivery(budget);
  const backlog = new Backlog(receiver, { delivery, budget, signal });
  await backlog.send();
  const batches = options.withResults ? repeatable(store) : [];
  if (batches.length > 0) await backlog.passBy();
  const timestampMs = receiver.nextTimestamp(options.wantedMs);
  store.noteTimestamp(timestampMs);
  const { concurrency } = receiver.options;
  const queue = new SendQueue({ delivery, concurrency, maxHeldBytes: Infinity });
  const release = queue.abortWith(signal);
  for (const batch of batches) await queue.push(restamped(batch, receiver, timestampMs));
  const repeated = await queue.drain();
  const results = addReports([...(await backlog.conclude(repeated)), repeated]);
  const ownQueue = new SendQueue({ delivery, concurrency, maxHeldBytes: Infinity });
  const releaseOwn = ownQueue.abortWith(signal);
  for (const batch of encodeOwn(receiver, options.own(results), timestampMs)) {
    await ownQueue.push(createPassingBatch(batch));
  }
  const own = await ownQueue.drain();
  release();
  releaseOwn();
  return { results, own };
}

/** Read and stamped only when its turn comes. */
function restamped(
  batch: KeptBatch,
  { restamper, options: { store } }: Receiver,
  timestampMs: number,
): KeptBatch {
  return {
    kind: batch.kind,
    samples: batch.samples,
    heldBytes: 0,
    // The values come again with the next repetition, at another time.
    isOnDisk: false,
    isSettled: batch.isSettled,
    // Those of another time.
    settledSamples: 0,
    read: () => restamper.restamp(batch, timestampMs),
    settle: (samples = batch.samples) => {
      // What is kept with its own time is sent, or given up, with that.
      if (samples === batch.samples && !store.keepsUnsettled) batch.settle();
    },
  };
}

function* encodeOwn(
  { codec, size, ownBook, options: { labels: pipeline, choice, onDropped } }: Receiver,
  own: Iterable<UntimedSeries>,
  timestampMs: number,
): Generator<Batch> {
  const hasher = new SeriesHasher();
  const seen = new SeriesSet();
  const series: TimeSeries[] = [];
  for (const one of own) {
    const labels = pipeline.apply(one.labels);
    if (labels !== undefined) hasher.hash(labels);
    if (labels === undefined) onDropped('relabeled', 1);
    else if (!seen.add(hasher.high, hasher.low)) onDropped('duplicate', 1);
    else series.push({ ...one, labels, timestampMs });
  }
  ownBook.add(series);
  yield* codec.encode(series, protocols[choice.current], size.limits);
}
