import { describe, expect, it } from 'vitest';

import { describeConnectionFailure } from './describe-connection-failure.ts';

describe('describeConnectionFailure', () => {
  it.each`
    error                                                                 | text
    ${withCode('ECONNREFUSED')}                                           | ${'the connection was refused (ECONNREFUSED)'}
    ${withCode('E_NEW')}                                                  | ${'the connection failed (E_NEW)'}
    ${new AggregateError([withCode('ENOTFOUND')])}                        | ${'the host name does not exist (ENOTFOUND)'}
    ${new Error('secret', { cause: withCode('CERT_SIGNATURE_FAILURE') })} | ${'the signature of the certificate does not match its CA (CERT_SIGNATURE_FAILURE)'}
    ${new Error('Bad response: 407')}                                     | ${'the proxy answered 407'}
    ${new Error('secret')}                                                | ${'the connection failed'}
    ${'secret'}                                                           | ${'the connection failed'}
  `('reports $text', ({ error, text }: { error: unknown; text: string }) => {
    expect(describeConnectionFailure(error)).toBe(text);
  });
});

function withCode(code: string): Error {
  return Object.assign(new Error('secret'), { code });
}
