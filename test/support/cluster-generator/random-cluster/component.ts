import type { PackageType } from '../package.ts';

/** A piece of software with its own vulnerabilities, and its packages. */
export interface Component {
  readonly name: string;
  /** Probability of a vulnerability in each round: 1 for openssl, 0.1 for gzip. */
  readonly weight: number;
  readonly packages: Partial<Readonly<Record<PackageType, readonly string[]>>>;
}

/** Creates a component of a distribution. By default, the package has the same name. */
export function distroComponent(
  name: string,
  weight: number,
  packages: Component['packages'] = {},
): Component {
  return { name, weight, packages: { deb: [name], apk: [name], rpm: [name], ...packages } };
}

/** Creates the modules of a language, each a component with one package. */
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
