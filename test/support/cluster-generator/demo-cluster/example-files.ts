import { imageSlug } from '../image-reference.ts';
import { listLines } from '../list-document.ts';
import { yamlDocument } from '../yaml-document.ts';
import { demoCluster } from './demo-cluster.ts';
import { NODE_EXPORTER_IMAGE } from './demo-images.ts';
import { exampleReadme } from './example-readme.ts';

/** Files of `examples/scan-results` by name. Always the same bytes. */
export function exampleFiles(): ReadonlyMap<string, string> {
  const cluster = demoCluster();
  const apart = imageSlug(NODE_EXPORTER_IMAGE.reference);
  const manifests = [...cluster.manifests()];
  const listed = manifests.filter(({ metadata }) => metadata.name !== apart);
  const single = manifests.find(({ metadata }) => metadata.name === apart);
  const indent = 1;

  return new Map([
    ['README.md', exampleReadme(cluster.expected())],
    [
      'vulnerabilitymanifests.json',
      [...listLines('VulnerabilityManifestList', listed, { indent })].join(''),
    ],
    [
      'vulnerabilitymanifestsummaries.json',
      [...listLines('VulnerabilityManifestSummaryList', cluster.summaries(), { indent })].join(''),
    ],
    ['vulnerabilitymanifest-node-exporter.yaml', yamlDocument(single)],
  ]);
}
