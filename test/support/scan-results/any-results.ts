import { createHash } from 'node:crypto';

import fc from 'fast-check';

/** A parsed document, as a scanner or the storage API writes it. */
export type ResultDocument = Readonly<Record<string, unknown>>;

export interface ScanParts {
  readonly name: string;
  readonly tag: string;
  readonly build: number;
  readonly platform: string;
  readonly isLocal: boolean;
  readonly hasDigests: boolean;
  readonly second: number;
  readonly findings: number;
  readonly isOfCluster: boolean;
}

const REGISTRY = 'index.docker.io/library';

/** Time of the first result, in milliseconds since the Unix epoch. */
const START_MS = Date.UTC(2026, 8, 1);

/** Scans of a few images: repeated, after a rebuild, under several tags, and for several platforms. */
export const anyScans: fc.Arbitrary<readonly ScanParts[]> = fc.uniqueArray(
  fc.record<ScanParts>({
    name: fc.constantFrom('api', 'shop'),
    tag: fc.constantFrom('1.0', 'stable'),
    build: fc.nat(1),
    platform: fc.constantFrom('amd64', 'arm64'),
    isLocal: fc.boolean(),
    hasDigests: fc.boolean(),
    second: fc.nat(1000),
    findings: fc.integer({ min: 1, max: 5 }),
    isOfCluster: fc.boolean(),
  }),
  { selector: ({ second }) => second, minLength: 1, maxLength: 8 },
);

/** Results of scans by the CLI and in the cluster. No two of them have the same time. */
export const anyResults: fc.Arbitrary<readonly ResultDocument[]> = anyScans.map((scans) =>
  scans.flatMap((scan) => (scan.isOfCluster ? clusterResults(scan) : [cliResult(scan)])),
);

export function cliResult(scan: ScanParts): ResultDocument {
  const { name, tag, platform, isLocal, hasDigests, second } = scan;
  const reference = `${REGISTRY}/${name}:${tag}`;
  return {
    matches: matchesOf(scan),
    source: {
      type: 'image',
      target: {
        userInput: reference,
        imageID: hasDigests ? digestOf(scan, platform) : '',
        manifestDigest: hasDigests && !isLocal ? digestOf(scan, platform, 'manifest') : '',
        tags: [reference],
        repoDigests: isLocal ? [] : [`${REGISTRY}/${name}@${digestOf(scan)}`],
        os: 'linux',
        architecture: platform,
      },
    },
    descriptor: { name: 'grype', timestamp: timeOf(second) },
  };
}

/** A manifest, and the summary of a container for every second one. */
function clusterResults(scan: ScanParts): readonly ResultDocument[] {
  const { name, tag, second, platform } = scan;
  const annotations = {
    'kubescape.io/image-id': `${REGISTRY}/${name}@${digestOf(scan)}`,
    'kubescape.io/image-tag': `docker.io/library/${name}:${tag}`,
    'kubescape.io/resolved-platform': `linux/${platform}`,
  };
  const object = `${name}-${tag}-${scan.build}-${platform}`;
  const creationTimestamp = timeOf(second);
  const manifest = {
    kind: 'VulnerabilityManifest',
    metadata: { name: object, namespace: 'kubescape', annotations, creationTimestamp },
    spec: { metadata: { tool: { version: 'v1' } }, payload: { matches: matchesOf(scan) } },
  };
  const summary = {
    kind: 'VulnerabilityManifestSummary',
    metadata: {
      name: `deployment-${name}`,
      namespace: 'web',
      labels: { 'kubescape.io/workload-kind': 'deployment', 'kubescape.io/workload-name': name },
      annotations: { ...annotations, 'kubescape.io/timestamp': String(START_MS / 1000 + second) },
    },
    spec: { vulnerabilitiesRef: { all: { name: object } } },
  };
  return second % 2 === 0 ? [manifest, summary] : [manifest];
}

function timeOf(second: number): string {
  return new Date(START_MS + second * 1000).toISOString();
}

function matchesOf({ findings, second }: ScanParts): readonly unknown[] {
  return Array.from({ length: findings }, (_, index) => ({
    vulnerability: { id: `CVE-2026-${second * 10 + index}`, severity: 'High' },
    artifact: { name: 'openssl', version: '3.0.11' },
  }));
}

function digestOf({ name, build }: ScanParts, ...parts: readonly string[]): string {
  const text = [name, build, ...parts].join(' ');
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** Spells references and digests in another way with the same meaning. */
export function respell(document: ResultDocument, spelling: string): unknown {
  return JSON.parse(JSON.stringify(document).replaceAll(`${REGISTRY}/`, spelling));
}
