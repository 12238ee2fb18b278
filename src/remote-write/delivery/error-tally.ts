import { errorKind } from '../error-kind.ts';

/** Limits the number of errors, because some receivers return a different message for every request. */
const MAX_KINDS = 10;

/** Counts errors by kind. The first sentence of each kind stays as an example. */
export class ErrorTally {
  readonly #kinds = new Map<string, { readonly example: string; count: number }>();
  #others = 0;

  add(sentence: string): void {
    const kind = errorKind(sentence);
    const known = this.#kinds.get(kind);
    if (known !== undefined) known.count++;
    else if (this.#kinds.size === MAX_KINDS) this.#others++;
    else this.#kinds.set(kind, { example: sentence, count: 1 });
  }

  /** At most 11 sentences, in order of first occurrence. */
  sentences(): string[] {
    const sentences = Array.from(this.#kinds.values(), ({ example, count }) =>
      count === 1 ? example : `${example} (${count} times)`,
    );
    return this.#others > 0 ? [...sentences, `${this.#others} more errors`] : sentences;
  }
}
