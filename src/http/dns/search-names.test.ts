import { describe, expect, it } from 'vitest';

import { searchNames } from './search-names.ts';

const pod = `
search default.svc.cluster.local svc.cluster.local cluster.local
nameserver 10.96.0.10
options ndots:5
`;

describe('searchNames', () => {
  it.each`
    host           | resolvConf                            | names
    ${'a'}         | ${''}                                 | ${['a']}
    ${'a.b'}       | ${'search x. .y\n'}                   | ${['a.b', 'a.b.x', 'a.b.y']}
    ${'a'}         | ${'search x y'}                       | ${['a.x', 'a.y', 'a']}
    ${'a'}         | ${'search x\ndomain y\n'}             | ${['a.y', 'a']}
    ${'a.b'}       | ${'search x\noptions edns0 ndots:2'}  | ${['a.b.x', 'a.b']}
    ${'a.b.'}      | ${'search x\noptions ndots:5'}        | ${['a.b']}
    ${'a.b'}       | ${'search x\noptions ndots:none\n'}   | ${['a.b', 'a.b.x']}
    ${'a'}         | ${'# search x\n; search y\nsearch .'} | ${['a']}
    ${'m.obs.svc'} | ${pod}                                | ${['m.obs.svc.default.svc.cluster.local', 'm.obs.svc.svc.cluster.local', 'm.obs.svc.cluster.local', 'm.obs.svc']}
  `('returns $names for $host with $resolvConf', ({ host, resolvConf, names }: Case) => {
    expect(searchNames(host, resolvConf)).toEqual(names);
  });
});

interface Case {
  readonly host: string;
  readonly resolvConf: string;
  readonly names: readonly string[];
}
