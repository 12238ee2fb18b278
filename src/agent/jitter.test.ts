import { describe, expect, it } from 'vitest';

import { jitterOf } from './jitter.ts';

const BOUND_MS = 60_000;
const names = Array.from({ length: 500 }, (_, index) => `cluster-${index}`);

describe('jitterOf', () => {
  it('is always the same for a cluster', () => {
    expect(jitterOf('prod-eu-1', BOUND_MS)).toBe(jitterOf('prod-eu-1', BOUND_MS));
  });

  it('is between 0 and the bound', () => {
    const all = names.map((name) => jitterOf(name, BOUND_MS));

    expect(Math.min(...all)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...all)).toBeLessThan(BOUND_MS);
    expect(jitterOf('any', 0)).toBe(0);
  });

  it('spreads 500 clusters evenly: no tenth of the range gets more than twice its share', () => {
    const counts = Array.from({ length: 10 }, () => 0);
    for (const name of names) {
      const part = Math.floor(jitterOf(name, BOUND_MS) / (BOUND_MS / 10));
      counts[part] = (counts[part] ?? 0) + 1;
    }

    expect(Math.max(...counts)).toBeLessThan(100);
    expect(Math.min(...counts)).toBeGreaterThan(25);
  });
});
