import { describe, expect, it } from 'vitest';

import { Config } from './schema.ts';

const url = 'https://mimir.example/api/v1/push';

describe('the names of receivers', () => {
  it.each([
    [
      'other names',
      [
        { url, name: 'a' },
        { url, name: 'b' },
      ],
    ],
    ['other paths', [{ url }, { url: `${url}/b` }]],
    ['one name', [{ url, name: 'a' }, { url }]],
  ])('can differ in %s', (_, receivers) => {
    expect(Config.parse({ remote_write: receivers }).remote_write).toHaveLength(2);
  });

  it.each([
    [
      'the same name',
      [
        { url, name: 'a' },
        { url: `${url}/b`, name: 'a' },
      ],
      'a',
    ],
    ['nothing but a header', [{ url }, { url, headers: { 'X-Scope-OrgID': 'b' } }], url],
    ['nothing but a secret', [{ url }, { url: `${url}?token=hidden` }], url],
  ])('are rejected with %s', (_, receivers, name) => {
    const result = Config.safeParse({ remote_write: receivers });

    expect(result.error?.issues.map(({ message }) => message)).toEqual([
      `two receivers are called ${name}; give each receiver a unique name`,
    ]);
  });
});
