import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseTokenResponse } from './token-response.ts';

describe('parseTokenResponse', () => {
  it.each`
    body                                                                                | lifeS
    ${'{"access_token":"t"}'}                                                           | ${undefined}
    ${'{"access_token":"t","token_type":null,"expires_in":null,"scope":null}'}          | ${undefined}
    ${'{"access_token":"t","token_type":"BEARER","expires_in":3600}'}                   | ${3600}
    ${'{"access_token":"t","token_type":["Bearer"],"expires_in":"3600","scope":["a"]}'} | ${3600}
    ${'{"access_token":"t","id_token":"e30.e30.","expires_in":59.5}'}                   | ${59.5}
    ${'{"access_token":"t","token_type":"","expires_in":"soon"}'}                       | ${undefined}
    ${'{"access_token":"t","expires_in":-1}'}                                           | ${undefined}
    ${'{"access_token":"t","expires_in":0}'}                                            | ${0}
    ${'{"access_token":"t","error":null,"error_description":["none"]}'}                 | ${undefined}
    ${'access_token=t&token_type=bearer&expires_in=3600'}                               | ${3600}
    ${'access_token=t\n'}                                                               | ${undefined}
  `('accepts $body', ({ body, lifeS }: { body: string; lifeS: number | undefined }) => {
    expect(parseTokenResponse(body)).toEqual({ status: 'token', token: 't', lifeS });
  });

  it.each([
    '',
    '<html>',
    'null',
    '[]',
    '"access_token"',
    '{}',
    '{"access_token":""}',
    '{"access_token":5}',
    '{"access_token":["t"]}',
    '{"access_token":"t","token_type":"mac"}',
    'access_token=t&token_type=mac',
  ])('does not accept %j', (body) => {
    expect(parseTokenResponse(body)).toEqual({ status: 'invalid' });
  });

  it.each(['{"error":"invalid_client"}', 'error=invalid_client', '{"error":["x"]}'])(
    'recognizes an error with status 200: %j',
    (body) => {
      expect(parseTokenResponse(body)).toMatchObject({ status: 'refused' });
    },
  );

  it('ignores other fields, whatever they are', () => {
    const others = fc.dictionary(
      fc.constantFrom('id_token', 'scope', 'x', 'expires_in'),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(others, (fields) => {
        const body = JSON.stringify({ ...fields, access_token: 't' });

        expect(parseTokenResponse(body)).toMatchObject({ status: 'token', token: 't' });
      }),
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (body) => {
        expect(parseTokenResponse(body)).toHaveProperty('status');
      }),
    );
  });
});
