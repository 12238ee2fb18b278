import { isDistroPackage } from '../ecosystem.ts';
import type { Package, PackageType } from '../package.ts';
import type { Random } from '../random.ts';
import type { Component } from './component.ts';

export interface Versions {
  readonly installed: string;
  /** Later releases that may fix a vulnerability. */
  readonly fixed: readonly string[];
}

/** Versions in the scheme of the package type. */
export function versionsFor(type: PackageType, random: Random): Versions {
  const release = `${1 + random.below(9)}.${random.below(40)}`;
  const patch = random.below(12);
  const dress = VERSION_DRESS[type];
  return {
    installed: dress(`${release}.${patch}`),
    // Go modules are installed as v1.2.3 and fixed, in advisories, in 1.2.4.
    fixed: [1, 2, 3].map((bump) => dress(`${release}.${patch + bump}`).replace(/^v/, '')),
  };
}

const VERSION_DRESS: Readonly<Record<PackageType, (version: string) => string>> = {
  deb: (version) => `${version}-2+deb12u1`,
  apk: (version) => `${version}-r1`,
  rpm: (version) => `${version}-17.el9_4`,
  'go-module': (version) => `v${version}`,
  npm: (version) => version,
  'java-archive': (version) => version,
  python: (version) => version,
  binary: (version) => version,
};

const LICENSES: Partial<Readonly<Record<PackageType, readonly string[]>>> = {
  deb: ['GPL-2.0-only', 'LGPL-2.1-only'],
  apk: ['MIT'],
  rpm: ['LGPLv2+'],
};

const PATHS: Partial<Readonly<Record<PackageType, (name: string) => string>>> = {
  'go-module': () => '/usr/local/bin/server',
  npm: (name) => `/app/node_modules/${name}/package.json`,
  'java-archive': (name) => `/app/lib/${name}.jar`,
  python: (name) => `/usr/local/lib/python3.11/site-packages/${name}/METADATA`,
  binary: (name) => `/usr/local/bin/${name}`,
};

/** The packages of a component. */
export function installedPackages(
  type: PackageType,
  component: Component,
  version: string,
): readonly Package[] {
  const names = component.packages[type] ?? [];
  return names.map((name) => installedPackage({ type, name, version }, component.name));
}

function installedPackage(
  basics: Pick<Package, 'type' | 'name' | 'version'>,
  component: string,
): Package {
  const { type, name } = basics;
  const licenses = LICENSES[type];
  const path = PATHS[type]?.(name);
  const renamed = isDistroPackage(type) && name !== component;
  return {
    ...basics,
    ...(renamed ? { source: component } : {}),
    ...(licenses === undefined ? {} : { licenses }),
    ...(path === undefined ? {} : { path }),
  };
}
