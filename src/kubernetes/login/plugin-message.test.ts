import { describe, expect, it } from 'vitest';

import { describePluginOutput } from './plugin-message.ts';

const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzeXN0ZW06c2VydmljZWFjY291bnQifQ.c2lnbmF0dXJlMTIz';

describe('describePluginOutput', () => {
  it.each`
    output                                           | shown
    ${''}                                            | ${''}
    ${'\n\r\n  first  \nsecond'}                     | ${'first'}
    ${'ExpiredTokenException: log in again'}         | ${'ExpiredTokenException: log in again'}
    ${'/usr/local/bin/gke-gcloud-auth-plugin: no'}   | ${'/usr/local/bin/gke-gcloud-auth-plugin: no'}
    ${'got k8s-aws-v1.aHR0cHM6Ly9zdHMuYW1hem9uYXdz'} | ${'got k8s-aws-v1.[redacted]'}
    ${'refused 0123456789abcdef0123456789abcdef'}    | ${'refused [redacted]'}
    ${'sent Authorization: Bearer abc'}              | ${'sent Authorization: Bearer [redacted]'}
    ${'{"token":"abc"}'}                             | ${'{"token":[redacted]'}
    ${'--password=abc is wrong'}                     | ${'--password=[redacted] is wrong'}
    ${'the env says hunter2'}                        | ${'the env says [redacted]'}
    ${'\u001B[31mred\u0007'}                         | ${'[31mred'}
  `('shows $output as $shown', ({ output, shown }: { output: string; shown: string }) => {
    expect(describePluginOutput(output, ['hunter2'])).toBe(shown);
  });

  it('redacts every part of a JWT, and keeps only one line', () => {
    const shown = describePluginOutput(`cannot use ${JWT} ${'at all '.repeat(1000)}`, []);

    for (const part of JWT.split('.')) expect(shown).not.toContain(part.slice(0, 10));
    expect(shown.length).toBeLessThanOrEqual(200);
  });
});
