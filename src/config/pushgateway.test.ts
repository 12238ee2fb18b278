import { describe, expect, it } from 'vitest';

import { Pushgateway } from './pushgateway.ts';

describe('Pushgateway', () => {
  it('is switched off, and has defaults for the rest', () => {
    expect(Pushgateway.parse({})).toEqual({
      job: 'kubescape',
      grouping: {},
      method: 'put',
      compression: 'identity',
      headers: {},
      proxy_from_environment: false,
      timeout: 30_000,
      warn_series: 10_000,
      max_series: 100_000,
    });
  });

  it.each`
    what                   | change
    ${'a URL'}             | ${{ url: 'http://pushgateway:9091' }}
    ${'a URL with a path'} | ${{ url: 'https://example.com/push/' }}
    ${'labels of its own'} | ${{ grouping: { instance: 'a/b', _x: '' } }}
    ${'one series'}        | ${{ max_series: 1 }}
    ${'POST'}              | ${{ method: 'post' }}
    ${'gzip'}              | ${{ compression: 'gzip' }}
    ${'a login'}           | ${{ basic_auth: { username: 'u', password_file: '/p' } }}
    ${'certificates'}      | ${{ tls_config: { ca_file: '/ca', server_name: 'pg' } }}
    ${'a proxy'}           | ${{ proxy_url: 'http://proxy:3128', no_proxy: 'a' }}
    ${'headers'}           | ${{ headers: { 'X-A': 'b' }, http_headers: { 'X-B': { values: ['c'], secrets: [], files: [] } } }}
  `('accepts $what', ({ change }: { change: object }) => {
    expect(Pushgateway.parse(change)).toMatchObject(change);
  });

  it.each`
    what                               | change                             | message
    ${'a URL without a scheme'}        | ${{ url: 'pushgateway:9091' }}     | ${'must start with http:// or https://'}
    ${'a URL of another scheme'}       | ${{ url: 'ftp://pushgateway' }}    | ${'must start with http:// or https://'}
    ${'an empty job'}                  | ${{ job: '' }}                     | ${/Too small/}
    ${'job as a grouping label'}       | ${{ grouping: { job: 'x' } }}      | ${/^(job|cluster) cannot be set; /}
    ${'cluster as a grouping label'}   | ${{ grouping: { cluster: 'x' } }}  | ${/^(job|cluster) cannot be set; /}
    ${'a grouping label that is none'} | ${{ grouping: { 'a-b': 'x' } }}    | ${/./}
    ${'a reserved grouping label'}     | ${{ grouping: { __name__: 'x' } }} | ${/./}
    ${'a grouping value of a number'}  | ${{ grouping: { a: 1 } }}          | ${/expected string/}
    ${'no series'}                     | ${{ max_series: 0 }}               | ${/Too small/}
    ${'a warning at none'}             | ${{ warn_series: 0 }}              | ${/Too small/}
    ${'another method'}                | ${{ method: 'patch' }}             | ${/put.*post/}
    ${'another compression'}           | ${{ compression: 'snappy' }}       | ${/identity.*gzip/}
    ${'half a series'}                 | ${{ max_series: 1.5 }}             | ${/expected int/}
    ${'an unknown key'}                | ${{ username: 'x' }}               | ${/username/}
  `('rejects $what', ({ change, message }: { change: object; message: string | RegExp }) => {
    expect(messagesOf(change)).toEqual([expect.stringMatching(message)]);
  });

  // The message must be that of the pattern, which zod wraps in "Invalid key in record".
  it('explains what is wrong with the name of a grouping label', () => {
    expect(messagesOf({ grouping: { 'a-b': 'x' } })).toEqual([
      '"a-b" must be a label name: letters, digits and _, not starting with a digit or __',
    ]);
  });

  // With a timeout of 0 every push fails, and timers of Node.js above 2³¹ ms fire immediately.
  it.each(['0s', '30d'])('rejects the timeout %s, with which no push can succeed', (timeout) => {
    expect(messagesOf({ timeout })).toHaveLength(1);
  });
});

function messagesOf(value: unknown): string[] {
  return (Pushgateway.safeParse(value).error?.issues ?? []).map(({ message }) => message);
}
