import type { Advisory, FixOutcome } from '../advisory.ts';
import type { Finding } from '../finding.ts';
import { buildFinding } from '../finding.ts';
import type { Distro, Package, PackageType } from '../package.ts';
import type { Random } from '../random.ts';
import { elementAt, randomFor } from '../random.ts';
import type { AdvisoryCatalogue } from './advisory-catalogue.ts';
import type { Component } from './component.ts';
import { installedPackages, versionsFor } from './package-versions.ts';

/** Findings that images share: those of one base, or of one set of modules. */
export interface LayerOptions {
  readonly catalogue: AdvisoryCatalogue;
  readonly components: readonly Component[];
  readonly type: PackageType;
  readonly distro: Distro;
  /** Layers of one kind differ in versions and vulnerabilities. */
  readonly scope: string;
}

/** Generates the given number of findings, one vulnerability per component and round. */
export function layerFindings(options: LayerOptions, size: number): readonly Finding[] {
  const random = randomFor(options.scope);
  const components = options.components.filter(({ packages }) => packages[options.type]);
  const findings: Finding[] = [];
  for (let round = 0; findings.length < size; round++) {
    for (const component of components) {
      if (!random.chance(component.weight)) continue;
      findings.push(...componentFindings(options, { component, round, random }));
    }
  }
  return findings.slice(0, size);
}

function componentFindings(
  options: LayerOptions,
  draw: { readonly component: Component; readonly round: number; readonly random: Random },
): readonly Finding[] {
  const { type, distro, scope } = options;
  const { component, round, random } = draw;
  const advisory = gradedFor(distro, options.catalogue.advisory(component, round));
  const versions = versionsFor(type, randomFor(scope, component.name));
  const fix = random.weighted(FIX_OUTCOMES[type]);
  // Most entries of Alpine's database have no description.
  const withoutDescription = distro.name === 'alpine' && type === 'apk' && random.chance(0.8);

  return installedPackages(type, component, versions.installed).map((pkg: Package) =>
    buildFinding({
      advisory,
      pkg,
      distro,
      fix,
      fixVersion: elementAt(versions.fixed, round % versions.fixed.length),
      withoutDescription,
    }),
  );
}

/** Only Debian and Ubuntu use the severity Negligible. */
function gradedFor(distro: Distro, advisory: Advisory): Advisory {
  if (advisory.severity !== 'Negligible') return advisory;
  if (distro.name === 'debian' || distro.name === 'ubuntu') return advisory;
  return { ...advisory, severity: 'Low' };
}

const LANGUAGE_OUTCOMES: ReadonlyMap<FixOutcome, number> = new Map([
  ['released', 90],
  ['pending', 6],
  ['unknown', 3],
  ['unsaid', 1],
]);

const FIX_OUTCOMES: Readonly<Record<PackageType, ReadonlyMap<FixOutcome, number>>> = {
  deb: new Map([
    ['released', 38],
    ['pending', 30],
    ['refused', 29],
    ['unknown', 2],
    ['released-unversioned', 1],
  ]),
  apk: new Map([
    ['released', 94],
    ['unknown', 6],
  ]),
  rpm: new Map([
    ['released', 40],
    ['pending', 28],
    ['refused', 30],
    ['unsaid', 2],
  ]),
  'go-module': LANGUAGE_OUTCOMES,
  npm: LANGUAGE_OUTCOMES,
  'java-archive': LANGUAGE_OUTCOMES,
  python: LANGUAGE_OUTCOMES,
  binary: new Map([
    ['below-version', 60],
    ['unknown', 30],
    ['unsaid', 10],
  ]),
};
