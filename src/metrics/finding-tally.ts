import type { Finding } from '../model/finding.ts';
import type { ImageScan, SharedFindings } from '../model/image-scan.ts';
import type { Test } from './where.ts';

/**
 * Counts the findings of one image for all rows in one pass. Most rows ask the same of a finding in
 * every image that has it, and images share most of their findings. So each finding is tested once,
 * and all that pass the same tests are a class; of an image only the classes are counted.
 */
export class FindingTally {
  readonly #tests: Test<Finding>[] = [];
  readonly #classes = new Map<string, FindingClass>();
  /** How many findings of the image at hand pass each test. */
  #passed: number[] = [];
  #total = 0;
  /** What the classes by index are of. */
  #all: readonly Finding[] = [];
  #byIndex: FindingClass[] = [];
  #unseen: Finding[] = [];

  /** Findings of the image at hand that no image before is known to have had. */
  get unseen(): readonly Finding[] {
    return this.#unseen;
  }

  /** A function that tells how many findings of the image at hand pass; to be asked for before any. */
  counter(test: Test<Finding> | undefined): () => number {
    if (test === undefined) return () => this.#total;
    const index = this.#tests.push(test) - 1;
    return () => this.#passed[index] ?? 0;
  }

  /** Makes this the image at hand. */
  take(scan: Pick<ImageScan, 'findings' | 'shared'>): void {
    this.#unseen = [];
    const { shared } = scan;
    // Not before they are needed: some scans put the list of their findings together only then.
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

  /** Which tests the finding passes: as many to a character as it has bits. */
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

/** The bits of a UTF-16 unit are taken. */
const FULL = 2 ** 15;

interface FindingClass {
  /** The tests that its findings pass, by index. */
  readonly tests: readonly number[];
  /** Findings of the image at hand. */
  count: number;
}
