import { describe, expect, it } from 'vitest';

import { parseEndpoint } from './endpoint.ts';

describe('H14: parseEndpoint', () => {
  it.each`
    url                                     | href                            | label                           | credentials
    ${'http://h:9090/api/v1/write'}         | ${'http://h:9090/api/v1/write'} | ${'http://h:9090/api/v1/write'} | ${undefined}
    ${'https://h/w?tenant=t&x='}            | ${'https://h/w?tenant=t&x='}    | ${'https://h/w'}                | ${undefined}
    ${'https://u:p@h/w?t=1#frag'}           | ${'https://h/w?t=1'}            | ${'https://h/w'}                | ${'u:p'}
    ${'https://1234:glc%5Fab%2F%3D%3A@h/w'} | ${'https://h/w'}                | ${'https://h/w'}                | ${'1234:glc_ab/=:'}
    ${'https://u:100%@h/w'}                 | ${'https://h/w'}                | ${'https://h/w'}                | ${'u:100%'}
    ${'https://u@h/w'}                      | ${'https://h/w'}                | ${'https://h/w'}                | ${'u:'}
    ${'https://:p%C3%BC@h/w'}               | ${'https://h/w'}                | ${'https://h/w'}                | ${':pü'}
  `(
    'splits $url into URL, label and credentials',
    ({ url, href, label, credentials }: EndpointCase) => {
      const endpoint = parseEndpoint(url);

      expect(endpoint).toMatchObject({ href, label });
      expect(decodeBasic(endpoint.authorization)).toBe(credentials);
    },
  );

  it('hides the path of a receiver with another name', () => {
    const url = 'https://user-1:p@h/api/v1/push/s3cret-t%20ken/write?key=k-1&t0ken';

    const { href, label, secrets } = parseEndpoint(url, { hidesPath: true });

    expect(href).toBe('https://h/api/v1/push/s3cret-t%20ken/write?key=k-1&t0ken');
    expect(label).toBe('https://h/[redacted]');
    for (const secret of ['user-1', 's3cret-t ken', 's3cret-t%20ken', 'k-1', 't0ken']) {
      expect(secrets).toContain(secret);
    }
    for (const word of ['api', 'push', 'write', '/']) expect(secrets).not.toContain(word);
    expect(parseEndpoint('https://h/', { hidesPath: true }).label).toBe('https://h/');
  });

  it.each(['', 'h/w', 'ftp://u:hunter2@h/w', 'https://u:hunter2@', 'http://u:hunter2@h:99999/'])(
    'rejects %j without quoting it',
    (url) => {
      expect(() => parseEndpoint(url)).toThrow(
        new TypeError('the URL of a receiver must start with http:// or https://'),
      );
    },
  );
});

interface EndpointCase {
  readonly url: string;
  readonly href: string;
  readonly label: string;
  readonly credentials: string | undefined;
}

function decodeBasic(authorization: string | undefined): string | undefined {
  const encoded = authorization?.replace(/^Basic /, '');
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString();
}
