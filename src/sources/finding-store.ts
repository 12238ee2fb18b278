import type { Finding } from '../model/finding.ts';
import { severities } from '../model/severity.ts';

/** Words that one finding takes: six references to strings and one packed word. */
const WORDS_PER_FINDING = 7;

const SEVERITY_BITS = 0b111;
const FIXABLE_BIT = 1 << 3;
const REMOTE_CODE_EXECUTION_BIT = 1 << 4;
const SCORE_SHIFT = 5;

/** Findings of one image, 28 bytes each; only the store that made them can read them. */
export type StoredFindings = Uint32Array;

/**
 * Keeps findings while the containers that run their images are not known yet. Each distinct
 * string is held once, because images share packages and packages share vulnerabilities: 900,000
 * findings of 2,000 images fit in about 30 MB.
 */
export class FindingStore {
  readonly #strings: string[] = [];
  readonly #indexes = new Map<string, number>();

  /** A store that holds these strings at these indexes: what `strings` gave. */
  static of(strings: readonly string[]): FindingStore {
    const store = new FindingStore();
    for (const text of strings) store.#indexOf(text);
    return store;
  }

  get strings(): readonly string[] {
    return this.#strings;
  }

  add(findings: readonly Finding[]): StoredFindings {
    const words = new Uint32Array(findings.length * WORDS_PER_FINDING);
    let offset = 0;
    for (const finding of findings) {
      words[offset] = this.#indexOf(finding.id);
      words[offset + 1] = this.#indexOf(finding.packageName);
      words[offset + 2] = this.#indexOf(finding.packageVersion);
      words[offset + 3] = this.#indexOf(finding.packageType);
      words[offset + 4] = this.#indexOf(finding.packageUrl);
      words[offset + 5] = this.#indexOf(finding.fixedVersion);
      words[offset + 6] = pack(finding);
      offset += WORDS_PER_FINDING;
    }
    return words;
  }

  get(words: StoredFindings): Finding[] {
    const findings: Finding[] = [];
    for (let offset = 0; offset < words.length; offset += WORDS_PER_FINDING) {
      findings.push(this.#read(words.subarray(offset, offset + WORDS_PER_FINDING)));
    }
    return findings;
  }

  #read(words: Uint32Array): Finding {
    const [id = 0, name = 0, version = 0, type = 0, url = 0, fixed = 0, facts = 0] = words;
    return {
      id: this.#text(id),
      packageName: this.#text(name),
      packageVersion: this.#text(version),
      packageType: this.#text(type),
      packageUrl: this.#text(url),
      fixedVersion: this.#text(fixed),
      severity: severities[facts & SEVERITY_BITS] ?? 'Unknown',
      fixable: (facts & FIXABLE_BIT) !== 0,
      remoteCodeExecution: (facts & REMOTE_CODE_EXECUTION_BIT) !== 0,
      cvssScore: (facts >>> SCORE_SHIFT) / 10,
    };
  }

  #text(index: number): string {
    return this.#strings[index] ?? '';
  }

  #indexOf(text: string): number {
    const known = this.#indexes.get(text);
    if (known !== undefined) return known;
    const index = this.#strings.push(text) - 1;
    this.#indexes.set(text, index);
    return index;
  }
}

/** CVSS scores have one decimal, so tenths lose nothing. */
function pack({ severity, fixable, remoteCodeExecution, cvssScore }: Finding): number {
  const tenths = Math.round(Math.min(Math.max(cvssScore, 0), 10) * 10);
  return (
    severities.indexOf(severity) |
    (fixable ? FIXABLE_BIT : 0) |
    (remoteCodeExecution ? REMOTE_CODE_EXECUTION_BIT : 0) |
    (tenths << SCORE_SHIFT)
  );
}
