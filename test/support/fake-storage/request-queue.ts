/** Limits for one resource: concurrent requests and queued requests. */
export interface QueueLimits {
  readonly workerCount: number;
  readonly queueLength: number;
}

export class RequestQueue {
  readonly #limits: QueueLimits;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  /** Resolves with a function that releases the worker; `undefined` if the queue is full. */
  async enter(): Promise<(() => void) | undefined> {
    if (this.#running < this.#limits.workerCount) {
      this.#running++;
    } else {
      if (this.#waiting.length >= this.#limits.queueLength) return undefined;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return this.#turn();
  }

  #turn(): () => void {
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    };
  }
}
