import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { backoffDelay } from './backoff.ts';

const backoff = { minMs: 1000, maxMs: 30_000 };

describe('H9: backoffDelay', () => {
  it('doubles up to the maximum', () => {
    const delays = [1, 2, 3, 4, 5, 6, 7, 1000].map((n) => backoffDelay(backoff, n, 0.5));

    expect(delays).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  });

  it('adds at most 10% jitter, and is always above 0.8 times the previous delay', () => {
    const random = fc.double({ min: 0, max: 1, noNaN: true });

    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), random, random, (attempt, first, second) => {
        const exact = backoffDelay(backoff, attempt, 0.5);
        const delay = backoffDelay(backoff, attempt, first);
        expect(Math.abs(delay / exact - 1)).toBeLessThanOrEqual(0.1 + 1e-9);
        expect(backoffDelay(backoff, attempt + 1, second) / delay).toBeGreaterThan(0.8);
      }),
    );
  });
});
