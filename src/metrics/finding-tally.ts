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
    for (const its of present) {
      for (const index of its.tests) this.#passed[index] = (this.#passed[index] ?? 0) + its.count;
      this.#total += its.count;
      its.count = 0;
    }
  }

  #countShared({ all, indexes }: SharedFindings): FindingClass[] {
    if (all !== this.#all) this.#byIndex = [];
    this.#all = all;
    const present: FindingClass[] = [];
    for (const index of indexes) {
      const its = this.#byIndex[index] ?? this.#classifyAt(index);
      if (its !== undefined && its.count++ === 0) present.push(its);
    }
    return present;
  }

  #classifyAt(index: number): FindingClass | undefined {
    const finding = this.#all[index];
    if (finding === undefined) return undefined;
    const its = this.#classify(finding);
    this.#byIndex[index] = its;
    return its;
  }

  #countEach(findings: readonly Finding[]): FindingClass[] {
    const present: FindingClass[] = [];
    for (const finding of findings) {
      const its = this.#classify(finding);
      if (its.count++ === 0) present.push(its);
    }
    return present;
  }

  #classify(finding: Finding): FindingClass {
    this.#unseen.push(finding);
    const key = this.#keyOf(finding);
    const known = this.#classes.get(key);
    if (known !== undefined) return known;
    const tests = [...this.#tests.keys()].filter((index) => this.#tests[index]?.(finding));
    const its = { tests, count: 0 };
    this.#classes.set(key, its);
    return its;
  }

  /** The tests that the finding passes, as a bit set in characters. */
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
  /** Indexes of the tests that its findings pass. */
  readonly tests: readonly number[];
  /** Number of findings of the current image. */
  count: number;
}
