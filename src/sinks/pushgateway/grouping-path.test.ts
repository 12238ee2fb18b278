import { describe, expect, it } from 'vitest';

import { groupingPath } from './grouping-path.ts';

interface ValueCase {
  readonly value: string;
  readonly pair: string;
}

describe('P2: groupingPath', () => {
  it.each`
    what                     | value         | pair
    ${'a plain value'}       | ${'prod'}     | ${'/cluster/prod'}
    ${'a slash'}             | ${'a/b'}      | ${'/cluster@base64/YS9i'}
    ${'a slash alone'}       | ${'/'}        | ${'/cluster@base64/Lw'}
    ${'nothing'}             | ${''}         | ${'/cluster@base64/='}
    ${'a dot'}               | ${'.'}        | ${'/cluster@base64/Lg'}
    ${'two dots'}            | ${'..'}       | ${'/cluster@base64/Li4'}
    ${'three dots'}          | ${'...'}      | ${'/cluster/...'}
    ${'a dot among others'}  | ${'eu.prod'}  | ${'/cluster/eu.prod'}
    ${'unicode'}             | ${'größe-😀'} | ${'/cluster/gr%C3%B6%C3%9Fe-%F0%9F%98%80'}
    ${'unicode and a slash'} | ${'ö/?'}      | ${'/cluster@base64/w7YvPw'}
    ${'URL-safe base64'}     | ${'/ÿþ?>'}    | ${'/cluster@base64/L8O_w74_Pg'}
    ${'a space'}             | ${'a b'}      | ${'/cluster/a%20b'}
    ${'a plus'}              | ${'a+b'}      | ${'/cluster/a%2Bb'}
    ${'a percent sign'}      | ${'100%'}     | ${'/cluster/100%25'}
    ${'what looks encoded'}  | ${'%2F'}      | ${'/cluster/%252F'}
    ${'a question mark'}     | ${'a?b#c'}    | ${'/cluster/a%3Fb%23c'}
    ${'a backslash'}         | ${'a\\b'}     | ${'/cluster/a%5Cb'}
    ${'what looks base64'}   | ${'x@base64'} | ${'/cluster/x%40base64'}
  `('writes $what as $pair', ({ value, pair }: ValueCase) => {
    expect(groupingPath('kubescape', [['cluster', value]])).toBe(`/metrics/job/kubescape${pair}`);
  });

  it.each`
    job      | path
    ${'a/b'} | ${'/metrics/job@base64/YS9i'}
    ${'a b'} | ${'/metrics/job/a%20b'}
  `('writes the job $job as the first pair', ({ job, path }: { job: string; path: string }) => {
    expect(groupingPath(job, [])).toBe(path);
  });

  it('keeps the order of the labels', () => {
    expect(
      groupingPath('j', [
        ['b', '1'],
        ['a', '2'],
      ]),
    ).toBe('/metrics/job/j/b/1/a/2');
  });

  it.each(['prod', 'a/b', '', '.', 'ö ä', '%2F', '+', "!'()*~"])(
    'survives a URL parser unchanged, and can be decoded: %o',
    (value) => {
      const path = groupingPath('j', [['cluster', value]]);

      expect(new URL(path, 'http://h').pathname).toBe(path);
      expect(readBack(path)).toBe(value);
    },
  );
});

/** The value of the last pair, as the Pushgateway decodes it. */
function readBack(path: string): string {
  const [name = '', text = ''] = path.split('/').slice(-2).map(decodeURIComponent);
  return name.endsWith('@base64') ? Buffer.from(text, 'base64url').toString() : text;
}
