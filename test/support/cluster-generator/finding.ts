import type { Advisory, FixOutcome } from './advisory.ts';
import { FIXES } from './advisory.ts';
import { cvssOf } from './cvss.ts';
import {
  ECOSYSTEMS,
  dataSource,
  isDistroPackage,
  isMatchedByCpe,
  searchedNamespace,
} from './ecosystem.ts';
import type { Artifact, Match, MatchDetail, VulnerabilityRecord } from './object-types.ts';
import type { Distro, Package } from './package.ts';
import { cpeGuesses, cpeOf, packageUrl } from './package.ts';
import type { Severity } from './severity.ts';

/** A match in the format of the API, with the facts about it. */
export interface Finding {
  readonly match: Match;
  readonly facts: FindingFacts;
}

interface FindingFacts {
  readonly id: string;
  readonly severity: Severity;
  readonly fixable: boolean;
  readonly rce: boolean;
  /** False if kubevuln does not know the spelling and omits the match from summaries. */
  readonly counted: boolean;
}

export interface FindingInput {
  readonly advisory: Advisory;
  readonly pkg: Package;
  readonly distro: Distro;
  readonly fix: FixOutcome;
  readonly fixVersion: string;
  /** Alpine's tracker has no descriptions, so only the related record has one. */
  readonly withoutDescription?: boolean;
}

export function buildFinding(input: FindingInput): Finding {
  const { advisory, pkg } = input;
  return {
    match: {
      vulnerability: { ...primaryRecord(input), fix: fixOf(input), advisories: null },
      relatedVulnerabilities: relatedRecords(input),
      matchDetails: [matchDetail(input)],
      artifact: artifact(pkg, input.distro),
    },
    facts: {
      id: advisory.id,
      severity: advisory.severity,
      fixable: FIXES[input.fix].fixable,
      rce: advisory.rce,
      counted: true,
    },
  };
}

function primaryRecord(input: FindingInput): VulnerabilityRecord {
  const { advisory, pkg, distro } = input;
  const searched = searchedNamespace(pkg, distro);
  // A finding matched by GHSA id is reported under its CVE id.
  const namespace = advisory.alias === undefined ? searched : 'nvd:cpe';
  const source = dataSource(advisory.id, namespace);
  return {
    id: advisory.id,
    dataSource: source,
    namespace,
    severity: advisory.severity,
    urls: isDistroPackage(pkg.type) ? [source] : advisory.references,
    ...(input.withoutDescription === true ? {} : { description: advisory.description }),
    cvss: isDistroPackage(pkg.type) ? null : cvssOf(advisory.severity),
  };
}

function fixOf({ fix, fixVersion }: FindingInput): Match['vulnerability']['fix'] {
  const { state, hasVersion } = FIXES[fix];
  return { versions: hasVersion ? [fixVersion] : null, state };
}

function relatedRecords(input: FindingInput): readonly VulnerabilityRecord[] | null {
  const { advisory, pkg, distro } = input;
  if (isDistroPackage(pkg.type)) return [relatedRecord(advisory, 'nvd:cpe')];
  if (advisory.alias === undefined) return null;
  return [relatedRecord({ ...advisory, id: advisory.alias }, searchedNamespace(pkg, distro))];
}

function relatedRecord(advisory: Advisory, namespace: string): VulnerabilityRecord {
  const { id, severity, description, references } = advisory;
  return {
    id,
    dataSource: dataSource(id, namespace),
    namespace,
    // The national database has no severity Negligible.
    severity: severity === 'Negligible' ? 'Medium' : severity,
    urls: references,
    description,
    cvss: null,
  };
}

function matchDetail(input: FindingInput): MatchDetail {
  const { advisory, pkg, distro } = input;
  const { matcher, language, versionFormat } = ECOSYSTEMS[pkg.type];
  const namespace = searchedNamespace(pkg, distro);
  const found = {
    versionConstraint: `${versionConstraint(input)} (${versionFormat})`,
    vulnerabilityID: advisory.alias ?? advisory.id,
  };

  if (isMatchedByCpe(pkg)) {
    const searchedBy = { namespace, cpes: [cpeOf(pkg)] };
    return { type: 'cpe-match', matcher, searchedBy, found: { ...found, cpes: [cpeOf(pkg, '*')] } };
  }
  if (isDistroPackage(pkg.type)) {
    const type = pkg.source === undefined ? 'exact-direct-match' : 'exact-indirect-match';
    const searchedPackage = { name: pkg.source ?? pkg.name, version: pkg.version };
    const searchedDistro = { type: distro.name, version: distro.version };
    const searchedBy = { distro: searchedDistro, namespace, package: searchedPackage };
    return { type, matcher, searchedBy, found };
  }
  return { type: 'exact-direct-match', matcher, searchedBy: { language, namespace }, found };
}

function versionConstraint({ fix, fixVersion, pkg }: FindingInput): string {
  if (FIXES[fix].hasVersion)
    return isDistroPackage(pkg.type) ? `< ${fixVersion}` : `<${fixVersion}`;
  if (fix === 'below-version') return `< ${fixVersion}`;
  if (isMatchedByCpe(pkg)) return `= ${pkg.version}`;
  // A version range makes a finding fixable only if it was matched by CPE.
  return isDistroPackage(pkg.type) ? 'none' : `<=${pkg.version}`;
}

function artifact(pkg: Package, distro: Distro): Artifact {
  const { language, metadataType, metadata } = ECOSYSTEMS[pkg.type];
  return {
    name: pkg.name,
    version: pkg.version,
    type: pkg.type,
    locations: pkg.path === undefined ? null : [{ path: pkg.path }],
    language,
    licenses: pkg.licenses ?? null,
    cpes: cpeGuesses(pkg),
    purl: packageUrl(pkg, distro),
    upstreams: pkg.source === undefined ? null : [{ name: pkg.source }],
    ...(metadataType === undefined ? {} : { metadataType }),
    ...(metadata === undefined ? {} : { metadata }),
  };
}
