import type { Advisory, FixOutcome } from '../advisory.ts';
import { ghsaId } from '../ghsa-id.ts';
import type { PackageType } from '../package.ts';
import { randomFor } from '../random.ts';
import type { Severity } from '../severity.ts';

/** One vulnerability in one piece of software, and the version that mends it, if any does. */
export interface Vulnerable {
  readonly advisory: Advisory;
  readonly fix: FixOutcome;
  readonly fixVersion: string;
}

/** Software as one image ships it: a source package and what was built from it. */
export interface Software {
  readonly type: PackageType;
  readonly source: string;
  readonly version: string;
  /** Names of the installed packages; the source's own name if none is given. */
  readonly packages?: readonly string[];
  readonly path?: string;
  readonly vulnerabilities: readonly Vulnerable[];
}

interface AdvisoryMore {
  /** Found by its GitHub name (made from the CVE's), and reported under its CVE. */
  readonly github?: boolean;
  readonly rce?: boolean;
}

/** Sequence numbers from 90000 on keep the made-up ids apart from assigned ones. */
export function advisory(
  head: readonly [id: string, severity: Severity],
  description: string,
  { github = false, rce = false }: AdvisoryMore = {},
): Advisory {
  const [id, severity] = head;
  return {
    id,
    ...(github ? { alias: ghsaId(randomFor(id)) } : {}),
    severity,
    description,
    rce,
    references: [
      `https://advisories.example.org/${id.toLowerCase()}`,
      `https://git.example.org/patches/commit/${randomFor('patch', id).hex(40)}`,
    ],
  };
}

export function fixedIn(fixVersion: string, known: Advisory): Vulnerable {
  return { advisory: known, fix: 'released', fixVersion };
}

export function notFixed(known: Advisory): Vulnerable {
  return { advisory: known, fix: 'pending', fixVersion: '' };
}

export function wontFix(known: Advisory): Vulnerable {
  return { advisory: known, fix: 'refused', fixVersion: '' };
}

export function undecided(known: Advisory): Vulnerable {
  return { advisory: known, fix: 'unknown', fixVersion: '' };
}

/** For programs recognised by their bytes alone: only a range of affected versions is known. */
export function affectedBelow(fixVersion: string, known: Advisory): Vulnerable {
  return { advisory: known, fix: 'below-version', fixVersion };
}
