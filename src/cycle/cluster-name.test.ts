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
    what                                   | configured   | found         | cluster
    ${'the configured name'}               | ${'mine'}    | ${[]}         | ${'mine'}
    ${'the configured name before others'} | ${'mine'}    | ${['a', 'b']} | ${'mine'}
    ${'the only name in the results'}      | ${undefined} | ${['a']}      | ${'a'}
  `('takes $what', ({ configured, found, cluster }: NameCase) => {
    expect(resolveCluster(configured, found)).toBe(cluster);
  });

  it.each`
    what               | found                             | message
    ${'nobody says'}   | ${[]}                             | ${'the scan results do not name their cluster; set it with --cluster NAME, KUBESCAPE_PUSH_CLUSTER or the key cluster'}
    ${'there are two'} | ${['a', 'b']}                     | ${'the scan results are of 2 clusters (a, b); push each on its own, or set it with --cluster NAME, KUBESCAPE_PUSH_CLUSTER or the key cluster to call them one'}
    ${'there are six'} | ${['a', 'b', 'c', 'd', 'e', 'f']} | ${'the scan results are of 6 clusters (a, b, c, d, e); push each on its own, or set it with --cluster NAME, KUBESCAPE_PUSH_CLUSTER or the key cluster to call them one'}
  `('says how to set the name where $what', ({ found, message }: ErrorCase) => {
    expect(() => resolveCluster(undefined, found)).toThrow(new ClusterNameError(message));
  });
});
