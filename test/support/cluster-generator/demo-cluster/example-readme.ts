import type { ExpectedCluster } from '../expected.ts';
import { SEVERITIES } from '../severity.ts';
import type { Totals } from '../totals.ts';

const API = '/apis/spdx.softwarecomposition.kubescape.io/v1beta1';
const MANIFESTS = `${API}/namespaces/kubescape/vulnerabilitymanifests`;
const SUMMARIES = `${API}/vulnerabilitymanifestsummaries`;

/** What a reader should know of the files beside it; the numbers are the generator's own. */
export function exampleReadme(expected: ExpectedCluster): string {
  return [INTRODUCTION, numbers(expected), REAL_FILES].join('\n');
}

const INTRODUCTION = `# Scan results of a made-up cluster

The cluster \`demo-eu-1\` does not exist. Its objects have the shape in which Kubescape's storage serves
them, but workloads, packages and vulnerabilities were made up for this example: ids (with numbers from
90000 on), severities and descriptions only illustrate, and say nothing about the products named.

| file | what |
| --- | --- |
| \`vulnerabilitymanifests.json\` | what was found: one object per image, and one per container whose run-time use was observed (\`kubescape.io/context: filtered\`) |
| \`vulnerabilitymanifestsummaries.json\` | one object per container: counts by severity, and the name of its manifest |
| \`vulnerabilitymanifest-node-exporter.yaml\` | one more image, as a single object in YAML |

As in real clusters, not all is well: \`payments/legacy-gateway\` could not be scanned (a stub summary with
the status \`unsupported-schema\`), the summary of \`shop/newsletter\` names a manifest that is gone, the
result of \`payments/ledger-backup\` is nine days older than the rest, one finding of the ingress controller
was accepted as a risk (\`ignoredMatches\`), and all summaries name the workload's namespace for manifests
that lie in \`kubescape\`.

\`npx tsx scripts/generate-examples.ts\` writes this folder anew, byte for byte the same.
`;

function numbers({ objects, images, containers, ...totals }: ExpectedCluster): string {
  const scanned = containers.filter(({ outcome }) => outcome === 'scanned').length;
  return `## In numbers

${objects.summaries} summaries and ${objects.manifests} manifests: ${scanned} of ${containers.length} containers were scanned, which run ${images.length} images.
A finding is a vulnerability in a package, so an id counts once for each package that has it.

| findings | total | ${SEVERITIES.join(' | ').toLowerCase()} | fixable | remote code execution | ids |
| --- ${'| --- '.repeat(SEVERITIES.length + 4)}|
${row('each image once', totals.runningImages)}
${row('each container', totals.scannedContainers)}
${row('used at run time', totals.relevant)}
`;
}

function row(name: string, totals: Totals): string {
  const severities = SEVERITIES.map((severity) => totals.severities[severity]);
  const cells = [totals.total, ...severities, totals.fixable, totals.rce, totals.uniqueIds];
  return `| ${name} | ${cells.join(' | ')} |`;
}

const REAL_FILES = `## The same files from a real cluster

\`\`\`sh
kubectl get --raw '${MANIFESTS}?resourceVersion=fullSpec&limit=50' > vulnerabilitymanifests.json
kubectl get --raw '${SUMMARIES}?resourceVersion=fullSpec&limit=500' > vulnerabilitymanifestsummaries.json
\`\`\`

- Without \`resourceVersion=fullSpec\` a list holds metadata only: every spec is there, but all zeros and
  nulls. A plain \`kubectl get -o json\` of the whole kind therefore looks like a cluster without findings.
- Lists come in pages, of 500 objects if no limit is given. While \`metadata.continue\` of the answer is not
  empty, ask again with \`&continue=<that value>\`, the same \`resourceVersion\` and \`limit\`, into another file.
- Manifests of large images weigh megabytes, and the storage serves one such request after the other: a
  small \`limit\` is kind to it.
- Manifests lie in the namespace of Kubescape, summaries in those of the workloads.
- A single object is served in full without further ado:
  \`kubectl -n kubescape get vulnerabilitymanifests.spdx.softwarecomposition.kubescape.io <name> -o yaml\`.
`;
