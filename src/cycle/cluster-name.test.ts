import { describe, expect, it } from 'vitest';

import { ClusterNameError, resolveCluster } from './cluster-name.ts';

interface NameCase {
  readonly configured: string | undefined;
  readonly found: readonly string[];
  readonly cluster: string;
}

interface ErrorCase {
  readonly found: readonly string[];
  readonly message: string;
}

describe('resolveCluster', () => {
  it.each`
    what                                 | configured   | found         | cluster
    ${'the configured name'}             | ${'mine'}    | ${[]}         | ${'mine'}
    ${'the configured name over others'} | ${'mine'}    | ${['a', 'b']} | ${'mine'}
    ${'the only name in the results'}    | ${undefined} | ${['a']}      | ${'a'}
  `('uses $what', ({ configured, found, cluster }: NameCase) => {
    expect(resolveCluster(configured, found)).toBe(cluster);
  });

  it.each`
    what                          | found                             | message
    ${'the results contain none'} | ${[]}                             | ${'the scan results do not contain a cluster name; set --cluster, KUBESCAPE_PUSH_CLUSTER or the key cluster'}
    ${'the results contain two'}  | ${['a', 'b']}                     | ${'the scan results belong to 2 clusters (a, b); push them separately, or set --cluster, KUBESCAPE_PUSH_CLUSTER or the key cluster to combine them'}
    ${'the results contain six'}  | ${['a', 'b', 'c', 'd', 'e', 'f']} | ${'the scan results belong to 6 clusters (a, b, c, d, e); push them separately, or set --cluster, KUBESCAPE_PUSH_CLUSTER or the key cluster to combine them'}
  `('explains how to set the name if $what', ({ found, message }: ErrorCase) => {
    expect(() => resolveCluster(undefined, found)).toThrow(new ClusterNameError(message));
  });
});
