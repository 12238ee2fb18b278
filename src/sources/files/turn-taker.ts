import { setImmediate as nextTurn } from 'node:timers/promises';

/** Short compared with the two seconds that the reaction to a signal may take. */
const MAX_TURN_MS = 100;

/** Lets signals and timers run while many small documents are read in a loop that never waits. */
export class TurnTaker {
  readonly #signal: AbortSignal;
  #startedMs = performance.now();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  get isDue(): boolean {
    return performance.now() - this.#startedMs > MAX_TURN_MS;
  }

  /** @throws {Error} The signal has aborted meanwhile. */
  async take(): Promise<void> {
    await nextTurn();
    this.#signal.throwIfAborted();
    this.#startedMs = performance.now();
  }
}
