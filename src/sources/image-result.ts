import type { ScannedImage } from '../model/image-identity.ts';
import { compareAges, newestOf, type ResultAge } from '../model/result-age.ts';

/** One result for an image. `Ref` identifies its findings within its source. */
export interface ImageResult<Ref> {
  /** Name of the manifest. Empty for a document of the CLI, which no summary references. */
  readonly name: string;
  readonly scanned: ScannedImage;
  /** What the CLI scanned, if that can stand for another image later. Otherwise empty. */
  readonly reference: string;
  readonly age: ResultAge;
  readonly ref: Ref;
  /** Place of the result, for messages. */
  readonly where: string;
}

/** Whether two results have the same findings. */
export type IsEqual<Ref> = (a: Ref, b: Ref) => boolean;

/** Chooses between results that exclude each other, and records the others. */
export class NewestResult<Ref> {
  /** Whether two results have the same findings. */
  readonly areEqual: (a: ImageResult<Ref>, b: ImageResult<Ref>) => boolean;
  readonly #replaced = new Set<ImageResult<Ref>>();
  readonly #undated = new Set<ImageResult<Ref>>();

  constructor(isEqual: IsEqual<Ref>) {
    this.areEqual = (a, b) => isEqual(a.ref, b.ref);
  }

  /** Results that count no more. */
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

  /** Leaves out a result that the cluster has as well, whatever its age. */
  leaveOut(result: ImageResult<Ref>): void {
    this.#replaced.add(result);
  }

  noteUndated(result: ImageResult<Ref>, newer: ImageResult<Ref>): void {
    const isUndecided = compareAges(result.age, newer.age) === 0;
    if (isUndecided && !this.areEqual(result, newer)) this.#undated.add(newer);
  }
}
