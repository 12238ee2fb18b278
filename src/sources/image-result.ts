import type { ScannedImage } from '../model/image-identity.ts';
import { compareAges, newestOf, type ResultAge } from '../model/result-age.ts';

/** One result for an image. `Ref` identifies its findings within its source. */
export interface ImageResult<Ref> {
  /** Name of the manifest. Empty for a document of the CLI, because no summary references it. */
  readonly name: string;
  readonly scanned: ScannedImage;
  /** What the CLI scanned, if the same name can refer to another image later. Otherwise empty. */
  readonly reference: string;
  readonly age: ResultAge;
  readonly ref: Ref;
  /** Where the result was read, for messages. */
  readonly where: string;
}

/** A text that is the same for results with the same findings. */
export type ContentOf<Ref> = (ref: Ref) => string;

/** Chooses between results of which only one can count, and records the others. */
export class NewestResult<Ref> {
  readonly #contentOf: ContentOf<Ref>;
  readonly #replaced = new Set<ImageResult<Ref>>();
  readonly #undated = new Set<ImageResult<Ref>>();

  constructor(contentOf: ContentOf<Ref>) {
    this.#contentOf = contentOf;
  }

  /** Results that no longer count. */
  get replaced(): ReadonlySet<ImageResult<Ref>> {
    return this.#replaced;
  }

  /** Results that count only because they were read last: no time says which one is newer. */
  get undated(): ReadonlySet<ImageResult<Ref>> {
    return this.#undated;
  }

  of(results: readonly ImageResult<Ref>[]): ImageResult<Ref> | undefined {
    const newest = newestOf(results);
    if (newest === undefined) return undefined;
    for (const result of results) if (result !== newest) this.replace(result, newest);
    return newest;
  }

  replace(result: ImageResult<Ref>, newer: ImageResult<Ref>): void {
    this.#replaced.add(result);
    this.noteUndated(result, newer);
  }

  /** Leaves out a result that another result makes superfluous, whatever its age. */
  leaveOut(result: ImageResult<Ref>): void {
    this.#replaced.add(result);
  }

  noteUndated(result: ImageResult<Ref>, newer: ImageResult<Ref>): void {
    if (compareAges(result.age, newer.age) !== 0) return;
    if (this.#contentOf(result.ref) !== this.#contentOf(newer.ref)) this.#undated.add(newer);
  }
}
