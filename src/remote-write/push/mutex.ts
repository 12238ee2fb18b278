/** A time in which one push has the receiver for itself. */
export class Mutex {
  readonly ended: Promise<void>;
  #resolve: () => void = () => undefined;

  constructor() {
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  readonly end = (): void => this.#resolve();
}
