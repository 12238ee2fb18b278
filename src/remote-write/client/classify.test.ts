import { describe, expect, it } from 'vitest';

import { classifyAnswer } from './classify.ts';
import type { WriteResult } from './write-client.ts';

const NOW = Date.UTC(2025, 0, 1);

describe('H7: classifyAnswer', () => {
  it.each([200, 201, 202, 204, 299])('counts %d as a success', (status) => {
    expect(classify({ status })).toEqual({ status: 'success', httpStatus: status });
  });

  it.each`
    body                                       | path                                      | reason
    ${'<!doctype html><title>Sign in</title>'} | ${'/api/v1/write'}                        | ${/an HTML page titled "Sign in".*login page/}
    ${''}                                      | ${'/api/v1/import'}                       | ${/the path \/api\/v1\/import does not store/}
    ${''}                                      | ${'/prometheus/api/v1/import/prometheus'} | ${/does not store remote write; use/}
    ${'OK'}                                    | ${'/health'}                              | ${/does not store/}
    ${'up 1'}                                  | ${'/metrics'}                             | ${/does not store/}
    ${''}                                      | ${'/insert/0/datadog/api/v2/series'}      | ${/does not store/}
  `('does not count 200 from $path as a success: $body', ({ reason, ...answer }: NothingCase) => {
    const result = classify({ status: 200, body: answer.body }, { path: answer.path });

    expect(result.status).toBe('rejected');
    expect(messageOf(result)).toMatch(reason);
  });

  it.each(['/api/v1/write', '/api/v1/push', '/api/v1/receive', '/metrics/job/x', '/write', '/'])(
    'counts 200 from %s as a success',
    (path) => {
      expect(classify({ status: 200, body: '{"status":"ok"}' }, { path }).status).toBe('success');
    },
  );

  it.each([300, 301, 302, 307, 308, 400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 431, 499])(
    'never retries %d, even with Retry-After',
    (status) => {
      expect(classify({ status, retryAfter: '1' })).toMatchObject({
        status: 'rejected',
        error: { httpStatus: status },
      });
    },
  );

  it.each([408, 500, 501, 502, 503, 504, 507, 529, 599])('retries %d', (status) => {
    expect(classify({ status })).toMatchObject({
      status: 'retryable',
      error: { httpStatus: status },
    });
  });

  it('retries 429 by default', () => {
    expect(classify({ status: 429 }).status).toBe('retryable');
    expect(classify({ status: 429 }, { retryOn429: false }).status).toBe('rejected');
  });

  it.each`
    status | retryAfter                         | delayMs
    ${429} | ${'7'}                             | ${7000}
    ${503} | ${'7'}                             | ${7000}
    ${503} | ${'Wed, 01 Jan 2025 00:00:09 GMT'} | ${9000}
    ${503} | ${'never'}                         | ${undefined}
    ${503} | ${undefined}                       | ${undefined}
  `('waits $delayMs ms after $status with $retryAfter', ({ delayMs, ...answer }: DelayCase) => {
    expect(delayOf(classify(answer))).toBe(delayMs);
  });

  it.each`
    status | statusText                       | body                       | message
    ${400} | ${'Bad Request'}                 | ${'out of order sample\n'} | ${'receiver answered 400 Bad Request: out of order sample'}
    ${400} | ${''}                            | ${''}                      | ${'receiver answered 400'}
    ${500} | ${'Internal Server Error'}       | ${'a\r\n\tb \u001b[31m'}   | ${'receiver answered 500 Internal Server Error: a b [31m'}
    ${400} | ${'Bad\u001b[2J\u0007\tRequest'} | ${''}                      | ${'receiver answered 400 Bad [2J Request'}
    ${302} | ${'Found'}                       | ${''}                      | ${'receiver answered 302 Found (redirects are not followed; configure the final URL)'}
    ${401} | ${'Unauthorized'}                | ${''}                      | ${'receiver answered 401 Unauthorized (check the credentials)'}
    ${401} | ${'Unauthorized'}                | ${'no org id\n'}           | ${'receiver answered 401 Unauthorized: no org id (name the tenant in the header X-Scope-OrgID)'}
    ${403} | ${'Forbidden'}                   | ${'no'}                    | ${'receiver answered 403 Forbidden: no (check whether the credentials allow writing)'}
    ${404} | ${'Not Found'}                   | ${''}                      | ${'receiver answered 404 Not Found (check the path; Prometheus needs --web.enable-remote-write-receiver)'}
    ${413} | ${'Too Large'}                   | ${''}                      | ${'receiver answered 413 Too Large (reduce queue_config.max_samples_per_send)'}
  `('explains $status: $message', ({ message, ...answer }: MessageCase) => {
    expect(messageOf(classify(answer))).toBe(message);
  });
});

interface NothingCase {
  readonly body: string;
  readonly path: string;
  readonly reason: RegExp;
}

interface DelayCase {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly delayMs: number | undefined;
}

interface MessageCase {
  readonly status: number;
  readonly statusText: string;
  readonly body: string;
  readonly message: string;
}

type PartialAnswer = { readonly status: number } & Partial<Parameters<typeof classifyAnswer>[0]>;

function classify(
  answer: PartialAnswer,
  { retryOn429 = true, path }: { retryOn429?: boolean; path?: string } = {},
): WriteResult {
  const defaults = { statusText: '', retryAfter: undefined, body: '' };
  return classifyAnswer({ ...defaults, ...answer }, { retryOn429, nowMs: NOW, path });
}

function delayOf(result: WriteResult): number | undefined {
  return result.status === 'retryable' ? result.retryAfterMs : undefined;
}

function messageOf(result: WriteResult): string | undefined {
  return result.status === 'success' ? undefined : result.error.message;
}
