import type { ClusterPlan, ContainerPlan, ImagePlan } from './cluster-plan.ts';
import { relevantFindings } from './cluster-plan.ts';
import { imageId, imageSlug } from './image-reference.ts';
import { API_VERSION, imageAnnotations, imageLabels, objectMeta } from './object-meta.ts';
import type { GrypeDocument, ObjectMeta, VulnerabilityManifest } from './object-types.ts';
import { EMPTY_TARGET, sourceTarget } from './source-target.ts';
import {
  filteredManifestName,
  instanceId,
  templateHash,
  workloadAnnotations,
  workloadLabels,
} from './workload-meta.ts';

/** A zero-valued spec, as in a list without specs. */
export const EMPTY_MANIFEST_SPEC: VulnerabilityManifest['spec'] = {
  metadata: {
    withRelevancy: false,
    tool: { name: '', version: '', databaseVersion: '' },
    report: { createdAt: null },
  },
  payload: {
    matches: null,
    source: null,
    distro: { name: '', version: '', idLike: null },
    descriptor: { name: '', version: '', configuration: null, db: null },
  },
};

/** All findings of an image. */
export function imageManifest(plan: ClusterPlan, image: ImagePlan): VulnerabilityManifest {
  const identity = {
    kind: 'VulnerabilityManifest',
    namespace: plan.kubescapeNamespace,
    name: imageSlug(image.reference),
    labels: imageLabels(image.reference),
    annotations: imageAnnotations(image.reference, image.distro.name),
  };
  return manifest(plan, {
    metadata: objectMeta(identity, plan.scanner),
    withRelevancy: false,
    payload: {
      matches: matchesOrNull(image.findings()),
      ...(image.ignored === undefined ? {} : { ignoredMatches: image.ignored }),
      source: { type: 'image', target: sourceTarget(image.reference) },
      distro: image.distro,
      descriptor: descriptor(plan),
    },
  });
}

/** Relevant findings of a container; `undefined` if unknown. */
export function filteredManifest(
  plan: ClusterPlan,
  container: ContainerPlan,
): VulnerabilityManifest | undefined {
  const findings = relevantFindings(container);
  if (findings === undefined) return undefined;

  return manifest(plan, {
    metadata: objectMeta(filteredIdentity(plan, container), plan.scanner),
    withRelevancy: true,
    payload: {
      matches: matchesOrNull(findings),
      source: { type: 'image', target: EMPTY_TARGET },
      distro: container.image.distro,
      descriptor: descriptor(plan),
    },
  });
}

function filteredIdentity(
  plan: ClusterPlan,
  container: ContainerPlan,
): Parameters<typeof objectMeta>[0] {
  return {
    kind: 'VulnerabilityManifest',
    namespace: plan.kubescapeNamespace,
    name: filteredManifestName(container),
    labels: {
      'kubescape.io/context': 'filtered',
      'kubescape.io/instance-template-hash': templateHash(container.workload),
      'kubescape.io/sbom-type': 'container',
      ...workloadLabels(container, container.workload.kind),
    },
    annotations: {
      'kubescape.io/completion': 'complete',
      'kubescape.io/image-id': imageId(container.image.reference),
      'kubescape.io/instance-id': instanceId(container),
      'kubescape.io/status': 'completed',
      ...workloadAnnotations(plan.name, container),
    },
  };
}

function manifest(
  plan: ClusterPlan,
  parts: {
    readonly metadata: ObjectMeta;
    readonly withRelevancy: boolean;
    readonly payload: GrypeDocument;
  },
): VulnerabilityManifest {
  const { metadata, withRelevancy, payload } = parts;
  const { databaseVersion } = plan.scanner;
  const tool = { name: '', version: 'v0.104.1-matching-adaptive', databaseVersion };
  return {
    apiVersion: API_VERSION,
    kind: 'VulnerabilityManifest',
    metadata,
    spec: { metadata: { withRelevancy, tool, report: { createdAt: null } }, payload },
    status: {},
  };
}

/** Go prints an empty list as null. */
function matchesOrNull(
  findings: ReturnType<ImagePlan['findings']>,
): NonNullable<GrypeDocument['matches']> | null {
  return findings.length === 0 ? null : findings.map(({ match }) => match);
}

function descriptor({ scanner }: ClusterPlan): GrypeDocument['descriptor'] {
  const from = `https://grype.anchore.io/databases/v6/vulnerability-db_v6.1.1_${scanner.databaseBuiltAt}.tar.zst`;
  const path = '/home/nonroot/.cache/grype/db/6/vulnerability.db';
  const built = scanner.databaseBuiltAt;
  return { name: '', version: '', db: { schemaVersion: 'v6.1.1', from, built, path, valid: true } };
}
