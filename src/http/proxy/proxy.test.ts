import { describe, expect, it } from 'vitest';

import { findProxy } from './proxy.ts';

const target = new URL('https://receiver.example/push');

describe('findProxy', () => {
  it.each`
    url                  | noProxy       | environment                                           | found
    ${'http://p:3128'}   | ${''}         | ${{ HTTPS_PROXY: 'http://other' }}                    | ${'http://p:3128/'}
    ${'http://p:3128'}   | ${'.example'} | ${{}}                                                 | ${undefined}
    ${'http://u:100%@p'} | ${''}         | ${{}}                                                 | ${'http://u:100%25@p/'}
    ${undefined}         | ${''}         | ${{}}                                                 | ${undefined}
    ${undefined}         | ${''}         | ${{ HTTP_PROXY: 'http://p' }}                         | ${undefined}
    ${undefined}         | ${''}         | ${{ HTTPS_PROXY: 'p:8080' }}                          | ${'http://p:8080/'}
    ${undefined}         | ${''}         | ${{ HTTPS_PROXY: '', https_proxy: 'https://u:p@p' }}  | ${'https://u:p@p/'}
    ${undefined}         | ${''}         | ${{ HTTPS_PROXY: 'p', NO_PROXY: 'receiver.example' }} | ${undefined}
    ${undefined}         | ${''}         | ${{ HTTPS_PROXY: 'p', no_proxy: '*' }}                | ${undefined}
  `('H13: finds $found for $url and $environment', ({ url, noProxy, environment, found }: Case) => {
    const proxy = findProxy({ url, noProxy, connectHeaders: {} }, target, environment);

    expect(proxy?.url.href).toBe(found);
  });

  it('H14: returns the secrets of the proxy', () => {
    const connectHeaders = { 'X-Token': ['t-1'] };
    const options = { url: 'http://user:p%40ss@proxy', noProxy: '', connectHeaders };

    expect(findProxy(options, target, {})?.secrets).toEqual(
      expect.arrayContaining(['p@ss', 'p%40ss', btoa('user:p@ss'), 't-1']),
    );
  });

  it('rejects an invalid proxy of the environment without quoting it', () => {
    const options = { url: undefined, noProxy: '', connectHeaders: {} };
    const environment = { HTTPS_PROXY: 'ftp://user:hunter2@proxy' };

    expect(() => findProxy(options, target, environment)).toThrow(
      new TypeError('the proxy URL must start with http://, https:// or socks5://'),
    );
  });
});

interface Case {
  readonly url: string | undefined;
  readonly noProxy: string;
  readonly environment: Record<string, string>;
  readonly found: string | undefined;
}
