/** One installed package, as a scanner lists it. */
export interface Package {
  readonly type: PackageType;
  readonly name: string;
  readonly version: string;
  /** Source package it was built from, where that has another name (openssl builds libssl3). */
  readonly source?: string;
  readonly licenses?: readonly string[];
  /** File that gave it away. Distribution packages are known from the package database instead. */
  readonly path?: string;
}

export type PackageType =
  | 'deb'
  | 'apk'
  | 'rpm'
  | 'go-module'
  | 'npm'
  | 'java-archive'
  | 'python'
  | 'binary';

export interface Distro {
  readonly name: string;
  readonly version: string;
  readonly idLike: readonly string[] | null;
}

const URL_TYPES: Readonly<Record<PackageType, string>> = {
  deb: 'deb',
  apk: 'apk',
  rpm: 'rpm',
  'go-module': 'golang',
  npm: 'npm',
  'java-archive': 'maven',
  python: 'pypi',
  binary: 'generic',
};

export function packageUrl(pkg: Package, distro: Distro): string {
  const { type, name, version } = pkg;
  if (type === 'deb' || type === 'apk' || type === 'rpm') return distroUrl(pkg, distro);
  // Java packages have a group in front; an npm scope is written with an escaped @.
  const group = type === 'java-archive' ? `org.${name.split('-').at(0) ?? name}/` : '';
  return `pkg:${URL_TYPES[type]}/${group}${name.replace(/^@/, '%40')}@${version}`;
}

/** Product names in CPEs: no namespace of a module, no scope of an npm package. */
export function cpeOf(pkg: Package, version = pkg.version): string {
  const vendor = pkg.type === 'go-module' ? 'golang' : (pkg.source ?? pkg.name);
  const product = pkg.name.split('/').slice(1).join('/') || pkg.name;
  return `cpe:2.3:a:${vendor.replaceAll(/^@|\/.*$/g, '')}:${product}:${version}:*:*:*:*:*:*:*`;
}

/** Nobody knows whether a vendor writes a name with a hyphen or an underscore: both are guessed. */
export function cpeGuesses(pkg: Package): readonly string[] {
  const cpe = cpeOf(pkg);
  const underscored = { ...pkg, name: pkg.name.replaceAll('-', '_') };
  return underscored.name === pkg.name ? [cpe] : [cpe, cpeOf(underscored)];
}

function distroUrl(pkg: Package, distro: Distro): string {
  const upstream = pkg.source === undefined ? '' : `&upstream=${pkg.source}`;
  const architecture = pkg.type === 'deb' ? 'amd64' : 'x86_64';
  const release = `${distro.name}-${distro.version}`;
  return `pkg:${pkg.type}/${distro.name}/${pkg.name}@${pkg.version}?arch=${architecture}${upstream}&distro=${release}`;
}
