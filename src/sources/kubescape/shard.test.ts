import { createHash } from 'node:crypto';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { isInShard, shardOf } from './shard.ts';

const names = Array.from({ length: 10_000 }, (_, index) => `docker.io-library-app-${index}-1.0`);

describe('shardOf', () => {
  it('assigns every name to exactly one shard', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 50 }), (name, count) => {
        const indexes = Array.from({ length: count }, (_, index) => index);
        const owners = indexes.filter((index) => isInShard({ index, count }, name));
        expect(owners).toEqual([shardOf(name, count)]);
      }),
    );
  });

  it('assigns everything to a single shard', () => {
    expect(isInShard(undefined, 'a')).toBe(true);
    expect(isInShard({ index: 0, count: 1 }, 'a')).toBe(true);
  });

  // The assignment must not change with a release, because each shard has its own state and series.
  it.each`
    name                  | owners
    ${''}                 | ${[1, 1, 1, 81]}
    ${'nginx-1.0-0d1f2a'} | ${[1, 1, 7, 46]}
    ${'docker.io/a:1'}    | ${[0, 2, 8, 22]}
  `('assigns "$name" to $owners of 2, 3, 10 and 100', ({ name, owners }: OwnerCase) => {
    const counts = [2, 3, 10, 100];

    expect(counts.map((count) => shardOf(name, count))).toEqual(owners);
    expect(counts.map((count) => ownerByDefinition(name, count))).toEqual(owners);
  });

  it.each([2, 3, 7, 16])('assigns an equal part to each of %i shards', (count) => {
    const sizes = Array<number>(count).fill(0);
    for (const name of names) sizes[shardOf(name, count)] = (sizes[shardOf(name, count)] ?? 0) + 1;

    // Five standard deviations of a binomial distribution.
    const mean = names.length / count;
    const tolerance = 5 * Math.sqrt(mean * (1 - 1 / count));
    for (const size of sizes) expect(Math.abs(size - mean)).toBeLessThan(tolerance);
  });

  it.each([1, 2, 3, 9])('moves 1 of n + 1 names when a shard is added to %i', (count) => {
    const moved = names.filter((name) => shardOf(name, count) !== shardOf(name, count + 1));

    const share = 1 / (count + 1);
    const tolerance = 5 * Math.sqrt(names.length * share * (1 - share));
    expect(Math.abs(moved.length - names.length * share)).toBeLessThan(tolerance);
    expect(moved.filter((name) => shardOf(name, count + 1) !== count)).toEqual([]);
  });
});

interface OwnerCase {
  readonly name: string;
  readonly owners: readonly number[];
}

/** The shard with the highest hash of its index and the name. */
function ownerByDefinition(name: string, count: number): number {
  const hashes = Array.from({ length: count }, (_, index) =>
    createHash('sha256').update(`${index}\0${name}`).digest('hex').slice(0, 12),
  );
  return hashes.indexOf(hashes.toSorted().at(-1) ?? '');
}
