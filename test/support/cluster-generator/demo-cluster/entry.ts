import type { Advisory, FixOutcome } from '../advisory.ts';
import { ghsaId } from '../ghsa-id.ts';
import type { PackageType } from '../package.ts';
import { randomFor } from '../random.ts';
import type { Severity } from '../severity.ts';

/** A vulnerability in one piece of software, and the version that fixes it, if any. */
export interface Vulnerable {
  readonly advisory: Advisory;
  readonly fix: FixOutcome;
  readonly fixVersion: string;
}

/** Software in an image: a source package and its packages. */
export interface Software {
  readonly type: PackageType;
  readonly source: string;
  readonly version: string;
  /** Names of the installed packages. Default: the name of the source package. */
  readonly packages?: readonly string[];
  readonly path?: string;
  readonly vulnerabilities: readonly Vulnerable[];
}

interface AdvisoryMore {
  /** Whether it is matched by GHSA id and reported under its CVE id. */
  readonly github?: boolean;
  readonly rce?: boolean;
}

/** Sequence numbers from 90000 do not collide with real ids. */
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

/** For binaries without a package: only a range of affected versions is known. */
export function affectedBelow(fixVersion: string, known: Advisory): Vulnerable {
  return { advisory: known, fix: 'below-version', fixVersion };
}
