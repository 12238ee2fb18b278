import type { AttemptFailure } from '../remote-write/client/retrying.ts';

const MS_PER_SECOND = 1000;

/** Warns as soon as a receiver fails, and again only after it has accepted something. */
export class FailureWarning {
  readonly #name: string;
  readonly #warn: (message: string) => void;
  #isFailing = false;

  /** @param name Name of the sink. */
  constructor(name: string, warn: (message: string) => void) {
    this.#name = name;
    this.#warn = warn;
  }

  recordFailure({ error, retryInMs, remainingMs }: AttemptFailure): void {
    if (this.#isFailing) return;
    this.#isFailing = true;
    const next =
      retryInMs === undefined
        ? 'gave up until the next push'
        : `next attempt in ${seconds(retryInMs)}, giving up after another ${seconds(remainingMs)}`;
    this.#warn(`${this.#name} is failing: ${error.message}; ${next}`);
  }

  recordAnswer(): void {
    this.#isFailing = false;
  }
}

function seconds(ms: number): string {
  return `${Math.round(ms / MS_PER_SECOND)}s`;
}
