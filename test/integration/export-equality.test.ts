import { describe, expect, it } from 'vitest';

import { generateCluster } from '../support/cluster-generator/generate-cluster.ts';
import { fromGenerator } from '../support/fake-storage/from-generator.ts';
import { loadDump } from '../support/fake-storage/load-dump.ts';
import { type AgentOptions, withFilter } from '../support/kubernetes/agent-run.ts';
import { exportLab, readExport } from '../support/kubernetes/export-run.ts';
import { useLab } from '../support/kubernetes/lab.ts';
import { linesAboutCluster } from '../support/metrics/exposition-values.ts';
import { samples } from '../support/scan-results/samples.ts';

const lab = useLab();

const custom = [
  {
    name: 'relevant',
    help: 'h',
    labels: ['cluster' as const, 'namespace' as const, 'severity' as const],
    where: { relevant: true },
    value: 'count' as const,
  },
];

/** The series of a push from the cluster and of a push of its export. */
async function compare(options: AgentOptions = {}) {
  const { manifest } = await exportLab(lab, options);
  const [fromCluster, fromExport] = [await lab.read(options), await readExport(lab, options)];
  return {
    status: manifest.status,
    exitCodes: [fromCluster.exitCode, fromExport.exitCode],
    cluster: linesAboutCluster(fromCluster.text),
    export: linesAboutCluster(fromExport.text),
  };
}

describe('pushing an export equals pushing from the cluster', () => {
  it.each([1, 2, 3, 4, 5, 6])('for a generated cluster with odd objects: %i', async (seed) => {
    const odd = {
      stubs: 2,
      danglingReferences: 1,
      orphanManifests: 3,
      nullLists: 2,
      unknownSeverities: 2,
    };
    const plan = { seed, images: 15, containers: 50, findingsPerImage: 10, odd };
    await lab.serve([], fromGenerator(generateCluster(plan)));
    const { exitCodes, ...compared } = await compare();

    expect(exitCodes).toEqual([0, 0]);
    expect(compared.status).toBe('complete');
    expect(compared.cluster.length).toBeGreaterThan(100);
    expect(compared.export).toEqual(compared.cluster);
  });

  it.skipIf(samples.missing).each([
    ['everything', {}],
    ['relevance', { custom }],
    ['one namespace', withFilter({ includeNamespaces: ['kubescape'] })],
    ['all but one namespace', withFilter({ excludeNamespaces: ['kubescape'] })],
  ] as const)(`for a real cluster: %s${samples.note}`, async (_what, options) => {
    await lab.serve(loadDump());
    const { exitCodes, ...compared } = await compare({
      ...options,
      maxDocumentBytes: 64 * 2 ** 20,
    });

    expect(exitCodes[1]).toBe(exitCodes[0]);
    expect(compared.status).toBe('complete');
    expect(compared.cluster.length).toBeGreaterThan(10);
    expect(compared.export).toEqual(compared.cluster);
  });
});
