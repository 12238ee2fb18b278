/** Runs one push at a time. */
export class Mutex {
  #last: Promise<void> = Promise.resolve();

  /**
   * Waits until every earlier holder has released the lock.
   *
   * @returns Releases the lock.
   */
  async lock(): Promise<() => void> {
    const before = this.#last;
    let release: (() => void) | undefined;
    this.#last = new Promise((resolve) => {
      release = resolve;
    });
    await before;
    return () => release?.();
  }
}
