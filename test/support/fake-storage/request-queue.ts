/** Limits for one resource: concurrent requests and queued requests. */
export interface QueueLimits {
  readonly workerCount: number;
  readonly queueLength: number;
}

export class RequestQueue {
  readonly #limits: QueueLimits;
  readonly #queued: (() => void)[] = [];
  #running = 0;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  /** Resolves with a function that releases the worker; `undefined` if the queue is full. */
  async enter(): Promise<(() => void) | undefined> {
    if (this.#running < this.#limits.workerCount) {
      this.#running++;
    } else {
      if (this.#queued.length >= this.#limits.queueLength) return undefined;
      await new Promise<void>((resolve) => this.#queued.push(resolve));
    }
    return this.#releaser();
  }

  #releaser(): () => void {
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      const next = this.#queued.shift();
      if (next === undefined) this.#running--;
      else next();
    };
  }
}
