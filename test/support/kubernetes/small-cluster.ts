import { createHash } from 'node:crypto';

import type { StorageObject } from '../fake-storage/stored-object.ts';

/** Cluster name in the workload ids of these objects. */
export const SMALL_CLUSTER = 'prod-eu';

interface ImageOptions {
  readonly tag?: string;
  /** Makes the digest differ from other images of the same tag. */
  readonly build?: string;
  /** One finding for each. */
  readonly severities?: readonly string[];
}

/** The manifest of an image from Docker Hub. */
export function image(repository: string, options: ImageOptions = {}): StorageObject {
  const { tag = '1.0', build = '', severities = ['High'] } = options;
  const digest = createHash('sha256').update(`${repository}:${tag}${build}`).digest('hex');
  const reference = `docker.io/library/${repository}`;
  const matches = severities.map((severity, index) => match(`CVE-2026-${1000 + index}`, severity));
  return {
    kind: 'VulnerabilityManifest',
    metadata: {
      name: `docker.io-library-${repository}-${tag}-${digest.slice(-6)}`,
      namespace: 'kubescape',
      labels: { 'kubescape.io/context': 'non-filtered' },
      annotations: {
        'kubescape.io/image-id': `${reference}@sha256:${digest}`,
        'kubescape.io/image-tag': `${reference}:${tag}`,
      },
    },
    spec: {
      metadata: {
        withRelevancy: false,
        tool: { name: '', version: 'v0.104.1', databaseVersion: '' },
        report: { createdAt: null },
      },
      payload: {
        // Go prints an empty list as null.
        matches: matches.length === 0 ? null : matches,
        source: null,
        distro: { name: 'debian', version: '12', idLike: null },
        descriptor: { name: '', version: '', db: { built: '2026-11-20T06:00:00Z' } },
      },
    },
  };
}

/** The filtered manifest of a container that loaded the first `count` findings of an image. */
export function loaded(
  { kind, metadata }: StorageObject,
  name: string,
  count: number,
): StorageObject {
  const matches = Array.from({ length: count }, (_, index) =>
    match(`CVE-2026-${1000 + index}`, 'High'),
  );
  const labels = { 'kubescape.io/context': 'filtered' };
  return {
    kind,
    metadata: { ...metadata, name, labels },

    spec: {
      metadata: { withRelevancy: true, tool: { name: '', version: 'v0.104.1' } },
      payload: { matches: count === 0 ? null : matches, source: null },
    },
  };
}

function match(id: string, severity: string): unknown {
  return {
    vulnerability: {
      id,
      severity,
      dataSource: '',
      urls: null,
      cvss: null,
      advisories: null,
      fix: { versions: null, state: 'not-fixed' },
    },
    relatedVulnerabilities: null,
    matchDetails: null,
    artifact: { name: 'openssl', version: '3.0.11', type: 'deb', purl: 'pkg:deb/openssl@3.0.11' },
  };
}

interface Place {
  readonly namespace: string;
  readonly kind?: string;
  readonly workload: string;
  readonly container?: string;
}

interface SummaryOptions {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly reference?: { readonly namespace?: string; readonly name?: string };
  /** Name of the filtered manifest. */
  readonly relevant?: string;
}

/** The summary of a container that runs the image. Its reference has the wrong namespace, as in Kubescape. */
export function runs(
  { metadata: { name, annotations = {} } }: StorageObject,
  { namespace, kind = 'deployment', workload, container = 'main' }: Place,
  options: SummaryOptions = {},
): StorageObject {
  const all = { namespace, name, kind: 'vulnerabilitymanifests', ...options.reference };
  const { relevant = '' } = options;
  return {
    kind: 'VulnerabilityManifestSummary',
    metadata: {
      name: `${kind}-${workload}-${container}`,
      namespace,
      labels: {
        'kubescape.io/context': relevant === '' ? 'non-filtered' : 'filtered',
        'kubescape.io/workload-kind': kind,
        'kubescape.io/workload-name': workload,
        'kubescape.io/workload-namespace': namespace,
        'kubescape.io/workload-container-name': container,
      },
      annotations: {
        ...annotations,
        'kubescape.io/status': 'ready',
        'kubescape.io/timestamp': '1795142262',
        'kubescape.io/wlid': `wlid://cluster-${SMALL_CLUSTER}/namespace-${namespace}/${kind}-${workload}`,
        ...options.annotations,
      },
    },
    spec: {
      severities: {},
      vulnerabilitiesRef: {
        all,
        relevant:
          relevant === '' ? { namespace: '', name: '', kind: '' } : { ...all, name: relevant },
      },
    },
  };
}

/** The configuration scan of a Deployment that fails this many controls of severity High. */
export function configuration(
  { namespace, workload }: Pick<Place, 'namespace' | 'workload'>,
  failed: number,
): StorageObject {
  const ids = Array.from({ length: failed + 1 }, (_, index) => `C-${1000 + index}`);
  const controls = ids.map((controlID, index) => ({
    controlID,
    severity: { severity: 'High', scoreFactor: 8 },
    status: { status: index < failed ? 'failed' : 'passed', subStatus: '', info: '' },
  }));
  return {
    kind: 'WorkloadConfigurationScanSummary',
    metadata: {
      name: `deployment-${workload}`,
      namespace,
      labels: {
        'kubescape.io/workload-kind': 'Deployment',
        'kubescape.io/workload-name': workload,
        'kubescape.io/workload-namespace': namespace,
      },
      annotations: {
        'kubescape.io/wlid': `wlid://cluster-${SMALL_CLUSTER}/namespace-${namespace}/deployment-${workload}`,
      },
    },
    spec: {
      severities: { critical: 0, high: failed, medium: 0, low: 0, unknown: 0 },
      controls: Object.fromEntries(controls.map((control) => [control.controlID, control])),
    },
  };
}

export const nginx = image('nginx', { severities: ['Critical', 'High', 'High'] });
export const redis = image('redis', { severities: ['Medium'] });
export const postgres = image('postgres', { severities: ['Critical', 'Low', 'Low', 'Low'] });

export const storefront = runs(nginx, { namespace: 'shop', workload: 'storefront' });
export const cart = runs(redis, { namespace: 'shop', workload: 'cart' });
export const ledger = runs(postgres, { namespace: 'pay', workload: 'ledger' });

/** Three images of 3, 1 and 4 findings, each run by one container, and two configuration scans. */
export const smallCluster: readonly StorageObject[] = [
  ...[nginx, redis, postgres],
  ...[storefront, cart, ledger],
  configuration({ namespace: 'shop', workload: 'storefront' }, 2),
  configuration({ namespace: 'pay', workload: 'ledger' }, 3),
];
/** Number of findings in the small cluster. */
export const SMALL_TOTAL = 8;

/** Containers of one image in workloads `w-0`, `w-1` and so on. */
export function workloads(count: number, of = nginx): StorageObject[] {
  return Array.from({ length: count }, (_, index) =>
    runs(of, { namespace: 'shop', workload: `w-${index}` }),
  );
}

export function images(count: number): StorageObject[] {
  return Array.from({ length: count }, (_, index) => image(`image-${index}`));
}

/** Configuration scans of workloads `w-0`, `w-1` and so on, each with one failed control. */
export function configurations(count: number): StorageObject[] {
  return Array.from({ length: count }, (_, index) =>
    configuration({ namespace: 'shop', workload: `w-${index}` }, 1),
  );
}
