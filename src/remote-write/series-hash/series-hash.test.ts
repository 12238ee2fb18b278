import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { LabelTable } from '../labels/label-table.ts';
import type { Label } from '../time-series.ts';
import { SeriesHasher } from './series-hash.ts';

const text = fc.string({ unit: 'binary', maxLength: 6 });
const labels = fc.array(fc.record({ name: text, value: text }), { maxLength: 4 });

describe('E8: SeriesHasher', () => {
  it('returns two halves of 32 bits', () => {
    fc.assert(
      fc.property(labels, (set) => {
        for (const half of hash(set)) {
          expect(half).toBe(Math.trunc(half));
          expect(half).toBeGreaterThanOrEqual(0);
          expect(half).toBeLessThan(2 ** 32);
        }
      }),
    );
  });

  // Files of one version must be readable by the next one.
  it('never changes', () => {
    expect(hash(toLabels('__name__=up', 'cluster=ü'))).toEqual([593_355_459, 2_657_854_873]);
  });

  it('depends on the seed, so that names with equal hashes cannot be computed in advance', () => {
    const seed = fc.record({ high: fc.integer(), low: fc.integer() });
    fc.assert(
      fc.property(labels, seed, seed, (set, one, other) => {
        fc.pre(one.high !== other.high || one.low !== other.low);
        expect(hash(set, new SeriesHasher(one))).not.toEqual(hash(set, new SeriesHasher(other)));
      }),
    );
  });

  it('does not depend on earlier series, or on whether labels are interned', () => {
    fc.assert(
      fc.property(fc.array(labels, { maxLength: 20 }), (sets) => {
        const hashers = [new SeriesHasher(), new SeriesHasher()];
        const table = new LabelTable(() => true, 5);
        for (const set of sets) {
          const interned = set.map((label) => table.intern(label));
          for (const hasher of hashers) expect(hash(interned, hasher)).toEqual(hash(set));
        }
      }),
    );
  });

  it.each`
    a                     | b                     | what
    ${['ab=c']}           | ${['a=bc']}           | ${'where a name ends'}
    ${['a=b']}            | ${['b=a']}            | ${'what is the name'}
    ${['a=b', 'c=d']}     | ${['a=d', 'c=b']}     | ${'which label has which value'}
    ${['a=1', 'b=2']}     | ${['b=2', 'a=1']}     | ${'the order'}
    ${['a=1']}            | ${['a=1', 'a=1']}     | ${'how often a label is there'}
    ${[]}                 | ${['=']}              | ${'whether there is an empty label'}
    ${['a=\0']}           | ${['a=']}             | ${'a NUL'}
    ${['a=\0\0']}         | ${['a=\0']}           | ${'the number of NULs'}
    ${['__proto__=x']}    | ${['prototype=x']}    | ${'a name of JavaScript'}
    ${['a=\u{10000}']}    | ${['a=\u{10001}']}    | ${'a surrogate'}
    ${['a=x', 'b=', '=']} | ${['a=x', '=', 'b=']} | ${'where the empty label is'}
  `('distinguishes $what: $a and $b', ({ a, b }: { a: string[]; b: string[] }) => {
    expect(hash(toLabels(...a))).not.toEqual(hash(toLabels(...b)));
  });

  it('spreads similar series over all bits of both halves', () => {
    const hasher = new SeriesHasher();
    const count = 20_000;
    const ones = Array.from({ length: 64 }, () => 0);
    for (let series = 0; series < count; series++) {
      const [high, low] = hash(toLabels('__name__=up', `id=${series}`), hasher);
      for (let bit = 0; bit < 32; bit++) {
        ones[bit] = (ones[bit] ?? 0) + ((high >>> bit) & 1);
        ones[32 + bit] = (ones[32 + bit] ?? 0) + ((low >>> bit) & 1);
      }
    }

    // Nine standard deviations around a half.
    for (const one of ones) expect(Math.abs(one / count - 0.5)).toBeLessThan(0.032);
  });

  // Among n hashes of 32 bits, about n² / 2³³ pairs are equal: 9 among 282,000.
  it('collides in one half only as often as random hashes', () => {
    const hasher = new SeriesHasher();
    const highs = new Set<number>();
    const lows = new Set<number>();
    const pairs = new Set<string>();
    let count = 0;
    for (let image = 0; image < 2000; image++) {
      for (let cve = 0; cve < 141; cve++) {
        const [high, low] = hash(toLabels(`cve=CVE-2024-${cve}`, `image=app-${image}`), hasher);
        highs.add(high);
        lows.add(low);
        pairs.add(`${high},${low}`);
        count++;
      }
    }

    expect(count - highs.size).toBeLessThan(30);
    expect(count - lows.size).toBeLessThan(30);
    expect(pairs.size).toBe(count);
  });
});

function hash(set: readonly Label[], hasher = new SeriesHasher()): [number, number] {
  hasher.hash(set);
  return [hasher.high, hasher.low];
}

function toLabels(...pairs: string[]): Label[] {
  return pairs.map((pair) => {
    const [name = '', value = ''] = pair.split('=');
    return { name, value };
  });
}
