import { describe, expect, it } from 'vitest';

import { parseRetryAfter } from './retry-after.ts';

const NOW = Date.UTC(2025, 0, 1, 12, 0, 0);

describe('H10: parseRetryAfter', () => {
  it.each`
    header                                 | delayMs
    ${'1'}                                 | ${1000}
    ${'120'}                               | ${120_000}
    ${'300'}                               | ${300_000}
    ${'301'}                               | ${300_000}
    ${'99999999999999999999'}              | ${300_000}
    ${'Wed, 01 Jan 2025 12:00:30 GMT'}     | ${30_000}
    ${'Wednesday, 01-Jan-25 12:00:30 GMT'} | ${30_000}
    ${'Thu, 02 Jan 2025 12:00:00 GMT'}     | ${300_000}
    ${'Wed, 01 Jan 2025 11:59:59 GMT'}     | ${undefined}
    ${'0'}                                 | ${undefined}
    ${'-5'}                                | ${undefined}
    ${'1.5'}                               | ${undefined}
    ${'1e3'}                               | ${undefined}
    ${'soon'}                              | ${undefined}
    ${'Wed, nonsense GMT'}                 | ${undefined}
    ${'2025-01-01T13:00:00Z'}              | ${undefined}
    ${''}                                  | ${undefined}
    ${undefined}                           | ${undefined}
  `('parses $header as $delayMs ms', ({ header, delayMs }: { header: string; delayMs: number }) => {
    expect(parseRetryAfter(header, NOW)).toBe(delayMs);
  });
});
