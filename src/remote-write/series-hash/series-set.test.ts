import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { SeriesSet } from './series-set.ts';

const few = fc.constantFrom(0, 1, 2, 64, 2 ** 31, 2 ** 32 - 64, 2 ** 32 - 1);
const any = fc.integer({ min: 0, max: 2 ** 32 - 1 });

describe('E8: SeriesSet', () => {
  it.each([
    ['hashes of which many agree in one half', few],
    ['any hashes', any],
  ])('agrees with a Set on %s', (_what, half) => {
    fc.assert(
      fc.property(fc.array(fc.tuple(half, half), { maxLength: 300, size: 'max' }), (hashes) => {
        const set = new SeriesSet();
        const known = new Set<string>();
        for (const [high, low] of hashes) {
          const key = `${high},${low}`;
          expect(set.has(high, low)).toBe(known.has(key));
          expect(set.add(high, low)).toBe(!known.has(key));
          known.add(key);
          expect(set.has(high, low)).toBe(true);
          expect(set.size).toBe(known.size);
        }
      }),
    );
  });

  it('starts empty, even without the hash of zeros', () => {
    const set = new SeriesSet();

    expect(set.size).toBe(0);
    expect(set.has(0, 0)).toBe(false);
    expect(set.add(0, 0)).toBe(true);
    expect(set.add(0, 0)).toBe(false);
    expect(set.size).toBe(1);
  });

  it('finds hashes that wrap around at the end of the slots', () => {
    const set = new SeriesSet();
    const lows = [1, 65, 129, 193, 257];
    for (const low of lows) set.add(2 ** 32 - 1, low);

    expect(lows.map((low) => set.has(2 ** 32 - 1, low))).toEqual(lows.map(() => true));
    expect(set.has(2 ** 32 - 1, 321)).toBe(false);
  });

  it('uses at most 16 bytes per series at every size', () => {
    const set = new SeriesSet();
    let worst = 0;
    for (let series = 1; series <= 150_000; series++) {
      const before = set.byteLength;
      set.add(Math.imul(series, 0x9e37_79b1) >>> 0, Math.imul(series, 0x85eb_ca6b) >>> 0);
      // While a part grows, its old and new slots exist at the same time.
      const grown = set.byteLength > before ? before / 64 : 0;
      if (series > 2000) worst = Math.max(worst, (set.byteLength + grown) / series);
    }

    expect(set.size).toBe(150_000);
    expect(worst).toBeLessThanOrEqual(16);
    expect(set.byteLength / set.size).toBeGreaterThan(8 / 0.7);
  });
});
