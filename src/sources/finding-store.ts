import { createHash } from 'node:crypto';

import type { Finding } from '../model/finding.ts';
import { severities } from '../model/severity.ts';

/** A serialized finding consists of six string indexes and one packed word. */
const WORDS_PER_FINDING = 7;

const SEVERITY_BITS = 0b111;
const FIXABLE_BIT = 1 << 3;
const REMOTE_CODE_EXECUTION_BIT = 1 << 4;
const SCORE_SHIFT = 5;

/** Findings of one image as indexes into the store that created them. */
export type StoredFindings = Uint32Array;

/** Returns a hash that is equal for images in one store with the same findings, in any order. */
export function hashFindings(stored: StoredFindings): string {
  return createHash('sha256').update(stored.toSorted()).digest('hex');
}

export interface SerializedStore {
  readonly strings: readonly string[];
  /** All distinct findings, each as `WORDS_PER_FINDING` words. */
  readonly words: Uint32Array;
}

/**
 * Stores each distinct finding and each distinct string once. Images share layers, so most findings
 * of an image occur in other images as well.
 */
export class FindingStore {
  readonly #findings: Finding[] = [];
  /** Indexes of findings, keyed by ID and then by package URL: few findings share both. */
  readonly #indexes = new Map<string, Map<string, number[]>>();
  readonly #strings = new Map<string, string>();
  /** Number of findings in `#indexes`. */
  #indexed = 0;
  /** `#next[i + 1]` is the finding that last followed finding `i`; `#next[0]` last began an image. */
  readonly #next: number[] = [];

  /** Reverses `serialize`. `StoredFindings` of the serialized store stay valid. */
  static from({ strings, words }: SerializedStore): FindingStore {
    const store = new FindingStore();
    for (let offset = 0; offset < words.length; offset += WORDS_PER_FINDING) {
      store.#findings.push(unpack(words, offset, strings));
    }
    return store;
  }

  add(findings: readonly Finding[]): StoredFindings {
    let place = 0;
    return Uint32Array.from(findings, (finding) => {
      // Findings of a shared layer come in the same order in each image.
      const index = this.#checked(this.#next[place], finding) ?? this.#indexOf(finding);
      this.#next[place] = index;
      place = index + 1;
      return index;
    });
  }

  /** All distinct findings. The position of each is its index. */
  get all(): readonly Finding[] {
    return this.#findings;
  }

  get(stored: StoredFindings): Finding[] {
    const findings: Finding[] = [];
    for (const index of stored) {
      const finding = this.#findings[index];
      if (finding !== undefined) findings.push(finding);
    }
    return findings;
  }

  serialize(): SerializedStore {
    const indexes = new Map<string, number>();
    function indexOf(text: string): number {
      const index = indexes.get(text) ?? indexes.size;
      indexes.set(text, index);
      return index;
    }
    const words = new Uint32Array(this.#findings.length * WORDS_PER_FINDING);
    let offset = 0;
    for (const finding of this.#findings) {
      words.set([...textsOf(finding).map(indexOf), pack(finding)], offset);
      offset += WORDS_PER_FINDING;
    }
    return { strings: [...indexes.keys()], words };
  }

  /** Returns the index if the finding stored there equals the given one. */
  #checked(index: number | undefined, finding: Finding): number | undefined {
    const known = index === undefined ? undefined : this.#findings[index];
    return known !== undefined && isSame(known, finding) ? index : undefined;
  }

  #indexOf(finding: Finding): number {
    this.#index();
    for (const index of this.#candidates(finding)) {
      if (this.#checked(index, finding) !== undefined) return index;
    }
    return this.#findings.push(this.#withSharedStrings(finding)) - 1;
  }

  /** Indexes all findings that are not indexed yet. Called only by `add`, because most runs add nothing. */
  #index(): void {
    for (; this.#indexed < this.#findings.length; this.#indexed++) {
      const finding = this.#findings[this.#indexed];
      if (finding === undefined) continue;
      for (const text of textsOf(finding)) this.#shared(text);
      this.#candidates(finding).push(this.#indexed);
    }
  }

  #candidates({ id, packageUrl }: Finding): number[] {
    const byPackage = this.#indexes.get(id) ?? new Map<string, number[]>();
    this.#indexes.set(id, byPackage);
    const candidates = byPackage.get(packageUrl) ?? [];
    byPackage.set(packageUrl, candidates);
    return candidates;
  }

  #withSharedStrings(finding: Finding): Finding {
    const { severity, fixable, remoteCodeExecution } = finding;
    return {
      id: this.#shared(finding.id),
      packageName: this.#shared(finding.packageName),
      packageVersion: this.#shared(finding.packageVersion),
      packageType: this.#shared(finding.packageType),
      packageUrl: this.#shared(finding.packageUrl),
      fixedVersion: this.#shared(finding.fixedVersion),
      severity,
      fixable,
      remoteCodeExecution,
      cvssScore: tenthsOf(finding) / 10,
    };
  }

  #shared(text: string): string {
    const known = this.#strings.get(text);
    if (known !== undefined) return known;
    this.#strings.set(text, text);
    return text;
  }
}

function isSame(a: Finding, b: Finding): boolean {
  return (
    a.id === b.id &&
    a.packageUrl === b.packageUrl &&
    a.packageVersion === b.packageVersion &&
    a.packageName === b.packageName &&
    a.packageType === b.packageType &&
    a.fixedVersion === b.fixedVersion &&
    pack(a) === pack(b)
  );
}

function textsOf(finding: Finding): string[] {
  const { id, packageName, packageVersion, packageType, packageUrl, fixedVersion } = finding;
  return [id, packageName, packageVersion, packageType, packageUrl, fixedVersion];
}

function unpack(words: Uint32Array, start: number, strings: readonly string[]): Finding {
  function textAt(index: number): string {
    return strings[words[start + index] ?? 0] ?? '';
  }
  const facts = words[start + WORDS_PER_FINDING - 1] ?? 0;
  return {
    id: textAt(0),
    packageName: textAt(1),
    packageVersion: textAt(2),
    packageType: textAt(3),
    packageUrl: textAt(4),
    fixedVersion: textAt(5),
    severity: severities[facts & SEVERITY_BITS] ?? 'Unknown',
    fixable: (facts & FIXABLE_BIT) !== 0,
    remoteCodeExecution: (facts & REMOTE_CODE_EXECUTION_BIT) !== 0,
    cvssScore: (facts >>> SCORE_SHIFT) / 10,
  };
}

function pack(finding: Finding): number {
  return (
    severities.indexOf(finding.severity) |
    (finding.fixable ? FIXABLE_BIT : 0) |
    (finding.remoteCodeExecution ? REMOTE_CODE_EXECUTION_BIT : 0) |
    (tenthsOf(finding) << SCORE_SHIFT)
  );
}

/** CVSS scores have one decimal. */
function tenthsOf({ cvssScore }: Finding): number {
  return Math.round(Math.min(Math.max(cvssScore, 0), 10) * 10);
}
