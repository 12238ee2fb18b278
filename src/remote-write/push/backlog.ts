import type { RetryBudget } from '../../http/retry-budget.ts';
import type { BatchDelivery } from '../delivery/batch-delivery.ts';
import { SendQueue, type SendReport } from '../delivery/send-queue.ts';
import { countWaiting, type KeptBatch, type KeptCycle } from '../push-store/cycle-store.ts';
import { nothingSent } from './push-report.ts';
import type { Receiver } from './receiver.ts';

/** The push of the oldest cycle, and those of two more, have brought nothing: it is the fourth now. */
const CYCLES_OF_PATIENCE = 3;

/**
 * Each is one request without a retry. A receiver that is down behind a proxy gets no more of them
 * in a push than this.
 */
const MAX_SET_ASIDE_IN_A_ROW = 10;

export interface BacklogOptions {
  readonly delivery: BatchDelivery;
  /** Of the delivery. */
  readonly budget: RetryBudget;
  readonly signal: AbortSignal;
}

/**
 * What earlier cycles could not send. It goes before all else, the oldest first, each with its own
 * timestamps. No cycle begins before the one before is through, as long as the receiver may be down.
 */
export class Backlog {
  readonly #receiver: Receiver;
  readonly #options: BacklogOptions;
  readonly #reports: SendReport[] = [];
  /** Oldest first; the first of them was tried. */
  readonly #left: KeptCycle[] = [];
  /** What the receiver answered with 5xx, and has taken nothing since. */
  #setAside: KeptBatch[] = [];

  constructor(receiver: Receiver, options: BacklogOptions) {
    this.#receiver = receiver;
    this.#options = options;
  }

  /** Sends as much as the receiver takes. Never rejects. */
  async send(): Promise<void> {
    const { store, sampleAgeLimitMs, now, onDropped } = this.#receiver.options;
    for (const cycle of store.unsettled) {
      // A younger one may have needed its room meanwhile.
      if (!store.unsettled.includes(cycle)) continue;
      if (sampleAgeLimitMs > 0 && now() - cycle.timestampMs > sampleAgeLimitMs) {
        onDropped('age', giveUp(cycle.batches));
      } else if (this.#left.length > 0) {
        this.#left.push(cycle);
      } else {
        await this.#sendCycle(cycle);
      }
    }
  }

  /**
   * Where the oldest has been waiting for several cycles, it need not be the receiver that is down: some
   * answer 5xx to what they will never take. So each batch that is left gets one request, and one that
   * is answered with 5xx is set aside, until it is known whether the receiver takes what comes later.
   * That must follow at once, for a receiver may come back meanwhile. Never rejects.
   */
  async passBy(): Promise<void> {
    const { budget, signal } = this.#options;
    if (signal.aborted || this.#left.length < CYCLES_OF_PATIENCE) return;
    for (const cycle of this.#left) {
      if (cycle.isEvicted) continue;
      cycle.isBeingSent = true;
      const mayGoOn = await this.#tryEach(unsettledOf(cycle));
      this.#release(cycle);
      if (!mayGoOn) return;
      if (this.#setAside.length >= MAX_SET_ASIDE_IN_A_ROW) break;
    }
    budget.giveChance();
  }

  /** What has become of it, now that what came later was tried, too. Never rejects. */
  async conclude(later: SendReport): Promise<SendReport[]> {
    if (later.sentSamples > 0) await this.#decide();
    const left = this.#left.filter(({ isEvicted }) => !isEvicted);
    return [...this.#reports, waiting(left.flatMap(({ batches }) => batches))];
  }

  async #sendCycle(cycle: KeptCycle): Promise<void> {
    const { signal, delivery } = this.#options;
    const { concurrency } = this.#receiver.options;
    cycle.isBeingSent = true;
    const queue = new SendQueue({ delivery, concurrency, maxHeldBytes: Infinity });
    const release = queue.abortWith(signal);
    for (const batch of unsettledOf(cycle)) await queue.push(batch);
    this.#reports.push(withoutWaiting(await queue.drain()));
    release();
    this.#release(cycle);
    // What was given up meanwhile will not come any more, and so holds up nothing.
    const isThrough = !signal.aborted && (cycle.isEvicted || unsettledOf(cycle).length === 0);
    if (!isThrough) this.#left.push(cycle);
  }

  /** False if one was not answered: the receiver is down then. */
  async #tryEach(batches: readonly KeptBatch[]): Promise<boolean> {
    for (const batch of batches) {
      if (this.#setAside.length >= MAX_SET_ASIDE_IN_A_ROW) return true;
      const { report, isServerError } = await this.#tryOnce(batch);
      this.#reports.push(withoutWaiting(report));
      if (report.sentSamples > 0) await this.#decide();
      if (report.waitingSamples === 0) continue;
      if (!isServerError) {
        this.#setAside = [];
        return false;
      }
      this.#setAside.push(batch);
    }
    return true;
  }

  /**
   * The receiver takes what is later. So it is there, and what it answers with 5xx again is nothing that
   * it will ever take.
   */
  async #decide(): Promise<void> {
    for (const batch of this.#setAside.splice(0)) {
      const { report, isServerError } = await this.#tryOnce(batch);
      this.#reports.push(withoutWaiting(report));
      if (isServerError) this.#reports.push({ ...nothingSent, refusedSamples: giveUp([batch]) });
      else if (report.waitingSamples > 0) break;
    }
    // Their failures are no reason to give the receiver up.
    this.#options.budget.giveChance();
  }

  /** Without a retry. */
  async #tryOnce(batch: KeptBatch) {
    const { budget, delivery, signal } = this.#options;
    let isServerError = false;
    budget.giveChance();
    const queue = new SendQueue({
      delivery: {
        async deliver(...request) {
          const outcome = await delivery.deliver(...request);
          ({ isServerError } = outcome);
          return outcome;
        },
      },
      concurrency: 1,
      maxHeldBytes: Infinity,
    });
    const release = queue.abortWith(signal);
    await queue.push(batch);
    const report = await queue.drain();
    release();
    return { report, isServerError };
  }

  #release(cycle: KeptCycle): void {
    cycle.isBeingSent = false;
    if (!cycle.isEvicted) return;
    const lost = countWaiting(cycle.batches);
    if (lost > 0) this.#receiver.options.onDropped('size', lost);
  }
}

function unsettledOf({ batches }: KeptCycle): KeptBatch[] {
  return batches.filter(({ isSettled }) => !isSettled);
}

/** What waits is counted at the end, when it is known what still does. */
function withoutWaiting(report: SendReport): SendReport {
  return { ...report, waitingSamples: 0, keptSamples: 0 };
}

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
