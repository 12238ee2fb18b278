import type { Distro, Package, PackageType } from './package.ts';

/** How the scanner matches packages of one type, and in which database. */
export interface Ecosystem {
  readonly matcher: string;
  readonly language: string;
  /** Word in brackets after each version constraint. */
  readonly versionFormat: string;
  readonly metadataType?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

const GO_METADATA = { goCompiledVersion: '', architecture: '' };

export const ECOSYSTEMS: Readonly<Record<PackageType, Ecosystem>> = {
  deb: { matcher: 'dpkg-matcher', language: '', versionFormat: 'deb' },
  apk: { matcher: 'apk-matcher', language: '', versionFormat: 'apk' },
  rpm: {
    matcher: 'rpm-matcher',
    language: '',
    versionFormat: 'rpm',
    metadataType: 'RpmMetadata',
    metadata: { epoch: 0, modularityLabel: '' },
  },
  'go-module': {
    matcher: 'go-module-matcher',
    language: 'go',
    versionFormat: 'unknown',
    metadataType: 'GolangBinMetadata',
    metadata: GO_METADATA,
  },
  npm: { matcher: 'javascript-matcher', language: 'javascript', versionFormat: 'unknown' },
  'java-archive': {
    matcher: 'java-matcher',
    language: 'java',
    versionFormat: 'unknown',
    metadataType: 'JavaMetadata',
    metadata: { virtualPath: '', archiveDigests: null },
  },
  python: { matcher: 'python-matcher', language: 'python', versionFormat: 'python' },
  binary: { matcher: 'stock-matcher', language: '', versionFormat: 'unknown' },
};

export function isDistroPackage(type: PackageType): boolean {
  return type === 'deb' || type === 'apk' || type === 'rpm';
}

/** Binaries and Go's standard library are in no package database, so they are matched by CPE. */
export function isMatchedByCpe({ type, name }: Pick<Package, 'type' | 'name'>): boolean {
  return type === 'binary' || name === 'stdlib';
}

/** Namespace of the vulnerability database that the scanner searched. */
export function searchedNamespace(pkg: Package, distro: Distro): string {
  const { type } = pkg;
  if (isMatchedByCpe(pkg)) return 'nvd:cpe';
  if (isDistroPackage(type)) return `${distro.name}:distro:${distro.name}:${distro.version}`;
  return `github:language:${ECOSYSTEMS[type].language}`;
}

const TRACKERS: ReadonlyMap<string, string> = new Map([
  ['debian', 'https://security-tracker.debian.org/tracker/'],
  ['ubuntu', 'https://ubuntu.com/security/'],
  ['alpine', 'https://security.alpinelinux.org/vuln/'],
  ['redhat', 'https://access.redhat.com/security/cve/'],
]);

/** Web page of a vulnerability in the database of that namespace. */
export function dataSource(id: string, namespace: string): string {
  if (id.startsWith('GHSA-')) return `https://github.com/advisories/${id}`;
  const [provider = ''] = namespace.split(':');
  return `${TRACKERS.get(provider) ?? 'https://nvd.nist.gov/vuln/detail/'}${id}`;
}
