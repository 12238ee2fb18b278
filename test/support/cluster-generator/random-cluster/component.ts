import type { PackageType } from '../package.ts';

/** A piece of software with vulnerabilities of its own, and the packages that bring it along. */
export interface Component {
  readonly name: string;
  /** How likely it has a share in each round of vulnerabilities: 1 is openssl, 0.1 is gzip. */
  readonly weight: number;
  readonly packages: Partial<Readonly<Record<PackageType, readonly string[]>>>;
}

/** Writes a component of a distribution; without names, the package is called as the component. */
export function distroComponent(
  name: string,
  weight: number,
  packages: Component['packages'] = {},
): Component {
  return { name, weight, packages: { deb: [name], apk: [name], rpm: [name], ...packages } };
}

/** Writes the modules of a language, each a component and a package at once. */
export function languageComponents(
  type: PackageType,
  weights: Readonly<Record<string, number>>,
): readonly Component[] {
  return Object.entries(weights).map(([name, weight]) => ({
    name,
    weight,
    packages: { [type]: [name] },
  }));
}
