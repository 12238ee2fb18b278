/** Some receivers return a different message for every request. */
const MAX_DISTINCT = 10;

/** Counts errors, one sentence per distinct cause. */
export class ErrorTally {
  readonly #counts = new Map<string, number>();
  #others = 0;

  add(sentence: string): void {
    const count = this.#counts.get(sentence);
    if (count === undefined && this.#counts.size === MAX_DISTINCT) this.#others++;
    else this.#counts.set(sentence, (count ?? 0) + 1);
  }

  /** At most 11 sentences, in order of first occurrence. */
  sentences(): string[] {
    const sentences = [...this.#counts].map(([sentence, count]) =>
      count === 1 ? sentence : `${sentence} (${count} times)`,
    );
    return this.#others > 0 ? [...sentences, `${this.#others} more errors`] : sentences;
  }
}
