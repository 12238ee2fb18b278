import type { Advisory } from '../advisory.ts';
import { isMatchedByCpe } from '../ecosystem.ts';
import { ghsaId } from '../ghsa-id.ts';
import { randomFor } from '../random.ts';
import type { Random } from '../random.ts';
import type { Severity } from '../severity.ts';
import { advisoryReferences } from './advisory-references.ts';
import { advisoryText } from './advisory-text.ts';
import type { Component } from './component.ts';
import { DISTRO_COMPONENTS } from './distro-components.ts';
import { STACKS } from './language-components.ts';

/** The nth vulnerability of a component, the same in every image. */
export interface AdvisoryCatalogue {
  advisory(component: Component, round: number): Advisory;
}

const COMPONENTS: readonly Component[] = [...DISTRO_COMPONENTS, ...Object.values(STACKS).flat()];

export function openCatalogue(seed: number): AdvisoryCatalogue {
  const known = new Map<number, Advisory>();
  const numbers = new Map(COMPONENTS.map((component, index) => [component, index]));
  return {
    advisory(component, round) {
      const number = (numbers.get(component) ?? 0) + round * COMPONENTS.length;
      const advisory = known.get(number) ?? createAdvisory(component, number, seed);
      known.set(number, advisory);
      return advisory;
    },
  };
}

const DISTRO_SEVERITIES: ReadonlyMap<Severity, number> = new Map([
  ['Critical', 2],
  ['High', 13],
  ['Medium', 30],
  ['Low', 15],
  ['Negligible', 37],
  ['Unknown', 3],
]);

const LANGUAGE_SEVERITIES: ReadonlyMap<Severity, number> = new Map([
  ['Critical', 5],
  ['High', 36],
  ['Medium', 48],
  ['Low', 10],
  ['Unknown', 1],
]);

/** Modules whose vulnerabilities have a GHSA id and no CVE. */
const GHSA_ONLY_SHARE = 0.12;

function createAdvisory(component: Component, number: number, seed: number): Advisory {
  const random = randomFor(seed, 'advisory', number);
  const fromDistro = component.packages.deb !== undefined;
  const fromGithub = !fromDistro && !isLookedUpByCpe(component);
  const severity = random.weighted(fromDistro ? DISTRO_SEVERITIES : LANGUAGE_SEVERITIES);
  const ghsa = ghsaId(random);
  const ghsaOnly = fromGithub && random.chance(GHSA_ONLY_SHARE);
  const id = ghsaOnly ? ghsa : cveId(number, random);

  return {
    id,
    ...(fromGithub && !ghsaOnly ? { alias: ghsa } : {}),
    severity,
    ...advisoryText(component.name, random),
    references: advisoryReferences(component.name, id, random),
  };
}

function isLookedUpByCpe({ name, packages }: Component): boolean {
  return packages.binary !== undefined || isMatchedByCpe({ type: 'go-module', name });
}

/** A permutation, so that ids look random and are unique. */
function cveId(number: number, random: Random): string {
  const block = 90_000;
  const scattered = (number * 7919) % block;
  return `CVE-${2021 + random.below(6)}-${10_000 + scattered + Math.floor(number / block) * block}`;
}
