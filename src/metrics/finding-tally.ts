import type { Finding } from '../model/finding.ts';
import type { ImageScan, SharedFindings } from '../model/image-scan.ts';
import type { Test } from './where.ts';

/**
 * Counts the findings of one image for all rows in one pass. Each distinct finding is tested only once per
 * cycle, because images share most of their findings. Findings that pass the same tests form a class, and
 * an image only counts its classes.
 */
export class FindingTally {
  readonly #tests: Test<Finding>[] = [];
  readonly #classes = new Map<string, FindingClass>();
  /** Number of findings of the current image that pass each test. */
  #passed: number[] = [];
  #total = 0;
  /** The findings `#byIndex` was built from. */
  #all: readonly Finding[] = [];
  #byIndex: FindingClass[] = [];
  #unseen: Finding[] = [];

  /** Findings of the current image that earlier images did not share. */
  get unseen(): readonly Finding[] {
    return this.#unseen;
  }

  /** Returns a function that counts the passing findings of the current image. Call it before the first image. */
  counter(test: Test<Finding> | undefined): () => number {
    if (test === undefined) return () => this.#total;
    if (this.#classes.size > 0) throw new Error('a counter was added after the first image');
    const index = this.#tests.push(test) - 1;
    return () => this.#passed[index] ?? 0;
  }

  /** Makes this the current image. */
  take(scan: Pick<ImageScan, 'findings' | 'shared'>): void {
    this.#unseen = [];
    const { shared } = scan;
    // Read lazily, because some scans build their list of findings on demand.
    const present =
      shared === undefined ? this.#countEach(scan.findings) : this.#countShared(shared);
    this.#total = 0;
    this.#passed = this.#tests.map(() => 0);
    for (const found of present) {
      const { tests, count } = found;
      for (const index of tests) this.#passed[index] = (this.#passed[index] ?? 0) + count;
      this.#total += count;
      found.count = 0;
    }
  }

  #countShared({ all, indexes }: SharedFindings): FindingClass[] {
    if (all !== this.#all) this.#byIndex = [];
    this.#all = all;
    const present: FindingClass[] = [];
    for (const index of indexes) {
      const found = this.#byIndex[index] ?? this.#classifyAt(index);
      if (found.count++ === 0) present.push(found);
    }
    return present;
  }

  #classifyAt(index: number): FindingClass {
    const finding = this.#all[index];
    if (finding === undefined) throw new RangeError(`no shared finding has the index ${index}`);
    const found = this.#classify(finding);
    this.#byIndex[index] = found;
    return found;
  }

  #countEach(findings: readonly Finding[]): FindingClass[] {
    const present: FindingClass[] = [];
    for (const finding of findings) {
      const found = this.#classify(finding);
      if (found.count++ === 0) present.push(found);
    }
    return present;
  }

  #classify(finding: Finding): FindingClass {
    this.#unseen.push(finding);
    const key = this.#keyOf(finding);
    const known = this.#classes.get(key);
    if (known !== undefined) return known;
    const tests = [...this.#tests.keys()].filter((index) => this.#tests[index]?.(finding));
    const added = { tests, count: 0 };
    this.#classes.set(key, added);
    return added;
  }

  /** Encodes the tests that the finding passes as a bit set in characters. */
  #keyOf(finding: Finding): string {
    let key = '';
    let bits = 1;
    for (const test of this.#tests) {
      bits = 2 * bits + (test(finding) ? 1 : 0);
      if (bits >= FULL) {
        key += String.fromCharCode(bits - FULL);
        bits = 1;
      }
    }
    return key + String.fromCharCode(bits);
  }
}

/** Bits used per UTF-16 unit. */
const FULL = 2 ** 15;

interface FindingClass {
  /** Indexes of the tests that all findings of the class pass. */
  readonly tests: readonly number[];
  /** Number of findings of the class in the current image. */
  count: number;
}
