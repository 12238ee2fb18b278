/** Lengths of the lists in earlier reads. */
export interface ListHistory {
  /** Number of objects in each list when it was last accepted. */
  readonly listed: Readonly<Record<string, number>>;
  /** When each list first became too short, in milliseconds since the Unix epoch. Absent for accepted lists. */
  readonly shortSinceMs: Readonly<Record<string, number>>;
}

export interface ReadMoment {
  /** Milliseconds since the Unix epoch. */
  readonly nowMs: number;
  /** Whether the agent's schedule triggered the read. */
  readonly isScheduled: boolean;
}

export const noHistory: ListHistory = { listed: {}, shortSinceMs: {} };

/** A failing database usually recovers within this time. */
const ACCEPT_AFTER_MS = 15 * 60 * 1000;

/** Tells users when a short list is accepted. */
export const WHEN_ACCEPTED =
  'if this is correct, it will be accepted after 15 minutes, or in the next scheduled push of the agent';

/**
 * Accepts an implausibly short list only after some time. Reading it again after a few seconds proves nothing,
 * because the server or the export may still be broken in the same way.
 */
export class ListAcceptance {
  readonly #before: ListHistory;
  readonly #moment: ReadMoment;
  readonly #listed: Record<string, number>;
  readonly #shortSinceMs: Record<string, number>;

  constructor(before: ListHistory, moment: ReadMoment) {
    this.#before = before;
    this.#moment = moment;
    this.#listed = { ...before.listed };
    this.#shortSinceMs = { ...before.shortSinceMs };
  }

  /** The history that the next read needs. */
  get history(): ListHistory {
    return { listed: this.#listed, shortSinceMs: this.#shortSinceMs };
  }

  /** Whether any list of this read was rejected. */
  get hasRejected(): boolean {
    return Object.keys(this.#shortSinceMs).length > 0;
  }

  get isChanged(): boolean {
    return JSON.stringify(this.history) !== JSON.stringify(this.#before);
  }

  /** Number of objects when the list was last accepted. */
  before(list: string): number | undefined {
    return this.#before.listed[list];
  }

  /** @param isShort Whether the list is implausibly short, compared with `before`. */
  accept(list: string, length: number, isShort: boolean): boolean {
    const { nowMs, isScheduled } = this.#moment;
    const sinceMs = this.#before.shortSinceMs[list];
    // A clock that was set back must not delay acceptance indefinitely.
    const hasWaited = sinceMs !== undefined && Math.abs(nowMs - sinceMs) >= ACCEPT_AFTER_MS;
    const isAccepted = !isShort || hasWaited || (sinceMs !== undefined && isScheduled);
    if (isAccepted) {
      this.#listed[list] = length;
      delete this.#shortSinceMs[list];
    } else {
      this.#shortSinceMs[list] = sinceMs ?? nowMs;
    }
    return isAccepted;
  }

  /**
   * Returns how much longer the list is than it was at its shortest. The first read only records the
   * length.
   */
  growthOf(list: string, length: number): number {
    const shortest = Math.min(this.#before.listed[list] ?? length, length);
    this.#listed[list] = shortest;
    return length - shortest;
  }
}
