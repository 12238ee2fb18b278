import { describe, expect, it } from 'vitest';

import { parseWorkloadId, type WorkloadId } from './workload-id.ts';

interface WorkloadIdCase {
  readonly wlid: string;
  readonly expected: WorkloadId | undefined;
}

describe('parseWorkloadId', () => {
  it.each`
    what                                         | wlid                                                      | expected
    ${'a workload'}                              | ${'wlid://cluster-prod/namespace-web/deployment-api'}     | ${{ cluster: 'prod', namespace: 'web' }}
    ${'dashes in every part'}                    | ${'wlid://cluster-eu-1-a/namespace-a-b/stateful-set-x-0'} | ${{ cluster: 'eu-1-a', namespace: 'a-b' }}
    ${'a cluster whose name contains namespace'} | ${'wlid://cluster-namespace-x/namespace-y/pod-z'}         | ${{ cluster: 'namespace-x', namespace: 'y' }}
    ${'no workload'}                             | ${'wlid://cluster-c/namespace-n'}                         | ${{ cluster: 'c', namespace: 'n' }}
    ${'no namespace'}                            | ${'wlid://cluster-c/namespace-/node-n1'}                  | ${{ cluster: 'c', namespace: '' }}
    ${'slashes in the workload'}                 | ${'wlid://cluster-c/namespace-n/a/b'}                     | ${{ cluster: 'c', namespace: 'n' }}
    ${'no cluster'}                              | ${'wlid://cluster-/namespace-n/pod-p'}                    | ${undefined}
    ${'another scheme'}                          | ${'sid://cluster-c/namespace-n/secret-s'}                 | ${undefined}
    ${'leading text'}                            | ${' wlid://cluster-c/namespace-n/pod-p'}                  | ${undefined}
    ${'a namespace without prefix'}              | ${'wlid://cluster-c/n/pod-p'}                             | ${undefined}
    ${'nothing'}                                 | ${''}                                                     | ${undefined}
  `('reads $what: $wlid', ({ wlid, expected }: WorkloadIdCase) => {
    expect(parseWorkloadId(wlid)).toEqual(expected);
  });
});
