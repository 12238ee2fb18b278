import type { Finding } from './finding.ts';
import type { Severity, SeverityCounts } from './severity.ts';
import { SEVERITIES, noCounts } from './severity.ts';

export interface Totals {
  /** Number of matches: a vulnerability counts once per package. */
  readonly total: number;
  readonly fixable: number;
  readonly rce: number;
  readonly severities: Readonly<SeverityCounts>;
  readonly uniqueIds: number;
  /** Distinct ids per severity: an id with two severities counts in both. */
  readonly uniqueIdsBySeverity: Readonly<SeverityCounts>;
  /** Distinct ids, each counted once under its worst severity. */
  readonly uniqueIdsByWorstSeverity: Readonly<SeverityCounts>;
}

/** Adds up findings of any number of images. Its memory grows with the ids, not the matches. */
export class Tally {
  readonly #severities = noCounts();
  readonly #gradesById = new Map<string, Set<Severity>>();
  #total = 0;
  #fixable = 0;
  #rce = 0;

  add(findings: readonly Finding[]): void {
    for (const { facts } of findings) {
      this.#total++;
      if (facts.fixable) this.#fixable++;
      if (facts.rce) this.#rce++;
      this.#severities[facts.severity]++;
      this.#gradesOf(facts.id).add(facts.severity);
    }
  }

  totals(): Totals {
    const uniqueIdsBySeverity = noCounts();
    const uniqueIdsByWorstSeverity = noCounts();
    for (const grades of this.#gradesById.values()) {
      for (const grade of grades) uniqueIdsBySeverity[grade]++;
      const worst = SEVERITIES.find((severity) => grades.has(severity));
      if (worst !== undefined) uniqueIdsByWorstSeverity[worst]++;
    }

    return {
      total: this.#total,
      fixable: this.#fixable,
      rce: this.#rce,
      severities: { ...this.#severities },
      uniqueIds: this.#gradesById.size,
      uniqueIdsBySeverity,
      uniqueIdsByWorstSeverity,
    };
  }

  #gradesOf(id: string): Set<Severity> {
    const known = this.#gradesById.get(id);
    if (known !== undefined) return known;
    const grades = new Set<Severity>();
    this.#gradesById.set(id, grades);
    return grades;
  }
}

export function totalsOf(findings: readonly Finding[]): Totals {
  const tally = new Tally();
  tally.add(findings);
  return tally.totals();
}
