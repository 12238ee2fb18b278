import type { ExpectedCluster } from '../expected.ts';
import { SEVERITIES } from '../severity.ts';
import type { Totals } from '../totals.ts';

const API = '/apis/spdx.softwarecomposition.kubescape.io/v1beta1';
const MANIFESTS = `${API}/namespaces/kubescape/vulnerabilitymanifests`;
const SUMMARIES = `${API}/vulnerabilitymanifestsummaries`;

/** README of the example files, with numbers from the generator. */
export function exampleReadme(expected: ExpectedCluster): string {
  return [INTRODUCTION, numbers(expected), REAL_FILES].join('\n');
}

const INTRODUCTION = `# Scan results of a fictitious cluster

The cluster \`demo-eu-1\` does not exist. Its objects have the format of Kubescape's storage, but the
workloads, packages and vulnerabilities are fictitious. Ids (with numbers from 90000), severities and
descriptions are examples and no statement about the named products.

| file | content |
| --- | --- |
| \`vulnerabilitymanifests.json\` | findings: one object per image, and one per container with known run-time use (\`kubescape.io/context: filtered\`) |
| \`vulnerabilitymanifestsummaries.json\` | one object per container: counts by severity, and the name of its manifest |
| \`vulnerabilitymanifest-node-exporter.yaml\` | another image, as a single object in YAML |

Like a real cluster, it has some problems:

- \`payments/legacy-gateway\` could not be scanned (a stub summary with the status \`unsupported-schema\`).
- The summary of \`shop/newsletter\` references a deleted manifest.
- The result of \`payments/ledger-backup\` is nine days older than the others.
- One finding of the ingress controller is an accepted risk (\`ignoredMatches\`).
- All summaries reference the workload's namespace, although manifests are in \`kubescape\`.

\`npx tsx scripts/generate-examples.ts\` recreates this folder byte for byte.
`;

function numbers({ objects, images, containers, ...totals }: ExpectedCluster): string {
  const scanned = containers.filter(({ outcome }) => outcome === 'scanned').length;
  return `## Numbers

${objects.summaries} summaries and ${objects.manifests} manifests: ${scanned} of ${containers.length} containers were scanned. They run ${images.length} images.
A finding is a vulnerability in a package, so an id counts once per package.

| findings | total | ${SEVERITIES.join(' | ').toLowerCase()} | fixable | remote code execution | ids |
| --- ${'| --- '.repeat(SEVERITIES.length + 4)}|
${row('each image once', totals.runningImages)}
${row('each container', totals.scannedContainers)}
${row('loaded at run time', totals.relevant)}
`;
}

function row(name: string, totals: Totals): string {
  const severities = SEVERITIES.map((severity) => totals.severities[severity]);
  const cells = [totals.total, ...severities, totals.fixable, totals.rce, totals.uniqueIds];
  return `| ${name} | ${cells.join(' | ')} |`;
}

const REAL_FILES = `## Save the same files from a real cluster

\`\`\`sh
kubectl get --raw '${MANIFESTS}?resourceVersion=fullSpec&limit=50' > vulnerabilitymanifests.json
kubectl get --raw '${SUMMARIES}?resourceVersion=fullSpec&limit=500' > vulnerabilitymanifestsummaries.json
\`\`\`

- Keep \`resourceVersion=fullSpec\`. Without it, every spec in a list is zeros and nulls, so the output of a
  plain \`kubectl get -o json\` looks like a cluster without findings.
- Read all pages. A list has at most 500 objects per page by default. While \`metadata.continue\` is not empty,
  repeat the request with \`&continue=<that value>\` and save the page to another file.
- Use a small \`limit\` for manifests: those of large images take megabytes, and the storage serves one such
  request at a time.
- Manifests are in the namespace of Kubescape, summaries in the namespaces of the workloads.
- A single object is always complete:
  \`kubectl -n kubescape get vulnerabilitymanifests.spdx.softwarecomposition.kubescape.io <name> -o yaml\`.
`;
