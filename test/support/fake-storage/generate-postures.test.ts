import { expect, it } from 'vitest';

import { generatePostures } from './generate-postures.ts';

const postures = [...generatePostures({ seed: 1, workloads: 40, rbac: 12, clusterScoped: 4 })];

function label(name: string): (string | undefined)[] {
  return postures.map(({ metadata }) => metadata.labels[`kubescape.io/${name}`]);
}

it('generates the given number of distinct objects, the same for each seed', () => {
  const again = [...generatePostures({ seed: 1, workloads: 40, rbac: 12, clusterScoped: 4 })];

  expect(postures).toEqual(again);
  expect(postures).toHaveLength(56);
  expect(
    new Set(postures.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)).size,
  ).toBe(56);
});

it('counts only failed controls', () => {
  for (const { spec } of postures) {
    const failed = Object.values(spec.controls).filter(({ status }) => status.status === 'failed');
    const counted = Object.values(spec.severities).reduce((sum, count) => sum + count, 0);
    expect(counted).toBe(failed.length);
  }
});

it('puts cluster-scoped results into the namespace of Kubescape', () => {
  const homeless = postures.filter(
    ({ metadata }) => metadata.labels['kubescape.io/workload-namespace'] === undefined,
  );

  expect(homeless).toHaveLength(10);
  expect(new Set(homeless.map(({ metadata }) => metadata.namespace))).toEqual(
    new Set(['kubescape']),
  );
});

it('generates several results with the same labels for each RBAC subject', () => {
  const [kinds, names, namespaces] = [
    label('workload-kind'),
    label('workload-name'),
    label('workload-namespace'),
  ];
  const identities = postures.map((_, index) =>
    [kinds[index], names[index], namespaces[index]].join('/'),
  );

  expect(identities.length - new Set(identities).size).toBe(8);
  expect(label('rbac-resource').filter((value) => value === 'true')).toHaveLength(12);
});
