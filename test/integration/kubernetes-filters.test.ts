import { describe, expect, it } from 'vitest';

import { withFilter } from '../support/kubernetes/agent-run.ts';
import { useLab } from '../support/kubernetes/lab.ts';
import { image, postgres, runs, smallCluster } from '../support/kubernetes/small-cluster.ts';
import { samplesOf, valueOf } from '../support/metrics/exposition-values.ts';

const lab = useLab();

describe('filters', () => {
  it('are not sent to the server, which ignores selectors', async () => {
    await lab.serve(smallCluster);
    await lab.read(withFilter({ includeNamespaces: ['shop'], excludeWorkloads: ['cart'] }));

    const parameters = lab.storage.requests.flatMap(({ query }) => Object.keys(query));
    expect([...new Set(parameters)].toSorted()).toEqual(['limit', 'resourceVersion']);
  });

  it.each`
    filter                                                         | total | images | resources
    ${{ includeNamespaces: ['shop'] }}                             | ${4}  | ${2}   | ${1}
    ${{ excludeNamespaces: ['shop'] }}                             | ${4}  | ${1}   | ${1}
    ${{ includeWorkloads: ['ledger'] }}                            | ${4}  | ${1}   | ${1}
    ${{ excludeWorkloads: ['ledger'] }}                            | ${4}  | ${2}   | ${1}
    ${{ includeNamespaces: ['shop'], excludeWorkloads: ['cart'] }} | ${3}  | ${1}   | ${1}
  `('select findings, images and resources: $filter', async ({ filter, ...row }: FilterCase) => {
    await lab.serve(smallCluster);
    const { exitCode, total, text } = await lab.read(withFilter(filter));

    const images = valueOf(text, 'kubescape_scanned_images');
    const resources = valueOf(text, 'kubescape_scanned_resources');
    expect({ exitCode, total, images, resources }).toEqual({ exitCode: 0, ...row });
  });

  it.each([{}, { includeNamespaces: ['shop'] }, { excludeNamespaces: ['shop'] }])(
    'count images without workloads, whatever is selected: %j',
    async (filter) => {
      await lab.serve([...smallCluster, image('idle')]);
      const { text } = await lab.read(withFilter(filter));

      expect(valueOf(text, 'kubescape_unreferenced_images')).toBe(1);
      expect(text).not.toContain('idle');
    },
  );

  it.each`
    filter                               | dangling
    ${{}}                                | ${2}
    ${{ includeNamespaces: ['shop'] }}   | ${1}
    ${{ excludeWorkloads: ['billing'] }} | ${1}
    ${{ includeNamespaces: ['other'] }}  | ${undefined}
  `('select dangling references: $filter', async ({ filter, dangling }: DanglingCase) => {
    const missing = image('missing');
    await lab.serve([
      ...smallCluster,
      runs(missing, { namespace: 'shop', workload: 'basket' }),
      runs(missing, { namespace: 'pay', workload: 'billing' }),
    ]);
    const { text } = await lab.read(withFilter(filter));

    expect(valueOf(text, 'kubescape_scan_references_dangling')).toBe(dangling);
  });

  it('prevent reading the manifests of images that lose all workloads', async () => {
    await lab.serve(smallCluster);
    const { text } = await lab.read(withFilter({ excludeNamespaces: ['shop'] }));

    expect(new Set(samplesOf(text).map(({ labels }) => labels['image'] ?? ''))).toEqual(
      new Set(['', 'library/postgres']),
    );
    expect(lab.manifests()).toEqual([postgres.metadata.name]);
  });
});

interface DanglingCase {
  readonly filter: Parameters<typeof withFilter>[0];
  readonly dangling: number | undefined;
}

interface FilterCase {
  readonly filter: Parameters<typeof withFilter>[0];
  readonly total: number;
  readonly images: number;
  readonly resources: number;
}
