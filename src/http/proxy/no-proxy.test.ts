import { describe, expect, it } from 'vitest';

import { matchesNoProxy } from './no-proxy.ts';

describe('matchesNoProxy', () => {
  it.each`
    target                     | noProxy                           | direct
    ${'https://a.example'}     | ${''}                             | ${false}
    ${'https://a.example'}     | ${'*'}                            | ${true}
    ${'https://a.example'}     | ${'a.example'}                    | ${true}
    ${'https://A.Example.'}    | ${' b.example , a.EXAMPLE '}      | ${true}
    ${'https://b.a.example'}   | ${'a.example'}                    | ${true}
    ${'https://ba.example'}    | ${'a.example'}                    | ${false}
    ${'https://a.example'}     | ${'.a.example'}                   | ${false}
    ${'https://b.a.example'}   | ${'.a.example'}                   | ${true}
    ${'https://a.example'}     | ${'*.a.example'}                  | ${false}
    ${'https://b.a.example'}   | ${'*.a.example'}                  | ${true}
    ${'https://a.example'}     | ${'a.example:443'}                | ${true}
    ${'http://a.example'}      | ${'a.example:443'}                | ${false}
    ${'http://a.example:9090'} | ${'.example:9090'}                | ${true}
    ${'http://10.1.2.3:9090'}  | ${'10.0.0.0/8'}                   | ${true}
    ${'http://11.1.2.3:9090'}  | ${'10.0.0.0/8'}                   | ${false}
    ${'http://10.1.2.3:9090'}  | ${'10.1.2.3:9091'}                | ${false}
    ${'http://10.1.2.3:9090'}  | ${'10.1.2.3:9090'}                | ${true}
    ${'http://10.1.2.3:9090'}  | ${'10.1.2.3'}                     | ${true}
    ${'http://10.1.2.30'}      | ${'10.1.2.3'}                     | ${false}
    ${'http://10.example'}     | ${'10.0.0.0/8,1.2.3.4,10.0.0.0/'} | ${false}
    ${'http://10.1.2.3'}       | ${'10.0.0.0/99,/8,x/8,fd00::/8'}  | ${false}
    ${'http://[fd00::1]:80'}   | ${'fd00::/8'}                     | ${true}
    ${'http://[fd00::1]'}      | ${'fd00:0:0::1'}                  | ${true}
    ${'http://[fd00::1]:81'}   | ${'[fd00::1]:81'}                 | ${true}
    ${'http://[fd00::1]:82'}   | ${'[fd00::1]:81'}                 | ${false}
    ${'http://localhost:9090'} | ${''}                             | ${true}
    ${'http://127.4.5.6'}      | ${'elsewhere'}                    | ${true}
    ${'http://[::1]'}          | ${'elsewhere'}                    | ${true}
  `(
    'H13: $target with no_proxy "$noProxy": $direct',
    ({ target, noProxy, direct }: NoProxyCase) => {
      expect(matchesNoProxy(new URL(target), noProxy)).toBe(direct);
    },
  );
});

interface NoProxyCase {
  readonly target: string;
  readonly noProxy: string;
  readonly direct: boolean;
}
