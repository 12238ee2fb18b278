/** An installed package. */
export interface Package {
  readonly type: PackageType;
  readonly name: string;
  readonly version: string;
  /** Source package, if its name differs (openssl builds libssl3). */
  readonly source?: string;
  readonly licenses?: readonly string[];
  /** File that contains the package. Distribution packages come from the package database instead. */
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
  // Java packages start with a group. The @ of an npm scope is escaped.
  const group = type === 'java-archive' ? `org.${name.split('-').at(0) ?? name}/` : '';
  return `pkg:${URL_TYPES[type]}/${group}${name.replace(/^@/, '%40')}@${version}`;
}

/** Product name in CPEs: without the namespace of a module or the scope of an npm package. */
export function cpeOf(pkg: Package, version = pkg.version): string {
  const vendor = pkg.type === 'go-module' ? 'golang' : (pkg.source ?? pkg.name);
  const product = pkg.name.split('/').slice(1).join('/') || pkg.name;
  return `cpe:2.3:a:${vendor.replaceAll(/^@|\/.*$/g, '')}:${product}:${version}:*:*:*:*:*:*:*`;
}

/** Scanners guess both spellings, because vendors use hyphens or underscores. */
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
