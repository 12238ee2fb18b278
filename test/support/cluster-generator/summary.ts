import type { ClusterPlan, ContainerPlan } from './cluster-plan.ts';
import { relevantFindings, scannedAtSeconds } from './cluster-plan.ts';
import type { Finding } from './finding.ts';
import { imageSlug } from './image-reference.ts';
import { API_VERSION, imageAnnotations, imageLabels, objectMeta } from './object-meta.ts';
import type {
  ObjectMeta,
  ObjectReference,
  SeverityPair,
  VulnerabilityManifestSummary,
} from './object-types.ts';
import type { SeverityCounts } from './severity.ts';
import { noCounts } from './severity.ts';
import {
  filteredManifestName,
  summaryName,
  workloadAnnotations,
  workloadLabels,
} from './workload-meta.ts';

type SummarySpec = VulnerabilityManifestSummary['spec'];

const NO_REFERENCE: ObjectReference = { namespace: '', name: '', kind: '' };

/** A zero-valued spec, of an unscanned image or from a list without specs. */
export const EMPTY_SUMMARY_SPEC: SummarySpec = {
  severities: severityPairs(noCounts()),
  vulnerabilitiesRef: { all: NO_REFERENCE, relevant: NO_REFERENCE },
};

/** Number of findings of a container, and the reference to its manifest. */
export function containerSummary(
  plan: ClusterPlan,
  container: ContainerPlan,
): VulnerabilityManifestSummary {
  return {
    apiVersion: API_VERSION,
    kind: 'VulnerabilityManifestSummary',
    metadata: summaryMeta(plan, container),
    spec: container.summary === 'unsupported-schema' ? EMPTY_SUMMARY_SPEC : spec(plan, container),
    status: {},
  };
}

/** Matches by severity. Like kubevuln, omits unknown severities. */
export function countedMatches(findings: readonly Finding[]): SeverityCounts {
  const counts = noCounts();
  for (const { facts } of findings) {
    if (facts.counted) counts[facts.severity]++;
  }
  return counts;
}

function spec(plan: ClusterPlan, container: ContainerPlan): SummarySpec {
  const { image, workload } = container;
  const relevant = relevantFindings(container);
  const namespace =
    plan.referenceNamespace === 'workload' ? workload.namespace : plan.kubescapeNamespace;
  const kind = 'vulnerabilitymanifests';

  return {
    severities: severityPairs(
      countedMatches(image.findings()),
      relevant === undefined ? undefined : countedMatches(relevant),
    ),
    vulnerabilitiesRef: {
      all: { namespace, name: imageSlug(image.reference), kind },
      relevant:
        relevant === undefined
          ? NO_REFERENCE
          : { namespace, name: filteredManifestName(container), kind },
    },
  };
}

function severityPairs(all: SeverityCounts, relevant = noCounts()): SummarySpec['severities'] {
  return {
    critical: pair(all.Critical, relevant.Critical),
    high: pair(all.High, relevant.High),
    medium: pair(all.Medium, relevant.Medium),
    low: pair(all.Low, relevant.Low),
    negligible: pair(all.Negligible, relevant.Negligible),
    unknown: pair(all.Unknown, relevant.Unknown),
  };
}

function pair(all: number, relevant: number): SeverityPair {
  return relevant === 0 ? { all } : { all, relevant };
}

function summaryMeta(plan: ClusterPlan, container: ContainerPlan): ObjectMeta {
  const { image, workload } = container;
  const stub = container.summary === 'unsupported-schema';
  const filtered = container.isRelevant !== undefined;
  const identity = {
    kind: 'VulnerabilityManifestSummary',
    namespace: workload.namespace,
    name: summaryName(container),
    labels: {
      ...imageLabels(image.reference),
      ...(filtered ? { 'kubescape.io/context': 'filtered' } : {}),
      ...workloadLabels(container, workload.kind.toLowerCase()),
    },
    annotations: {
      ...imageAnnotations(image.reference, image.distro.name),
      ...(stub ? { 'kubescape.io/status': 'unsupported-schema' } : {}),
      'kubescape.io/timestamp': String(scannedAtSeconds(plan, container)),
      ...workloadAnnotations(plan.name, container),
    },
  };
  return objectMeta(identity, plan.scanner);
}
