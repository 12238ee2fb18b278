import { describe, expect, it } from 'vitest';

import { SeriesHashes } from './series-hashes.ts';

describe('SeriesHashes', () => {
  it('returns hashes in order, batch by batch', () => {
    const hashes = new SeriesHashes();
    for (let i = 0; i < 5000; i++) hashes.push(i, 2 ** 32 - 1 - i);

    expect([...hashes.take(2)]).toEqual([0, 2 ** 32 - 1, 1, 2 ** 32 - 2]);
    expect(hashes.take(4997)).toHaveLength(2 * 4997);
    expect([...hashes.take(9)]).toEqual([4999, 2 ** 32 - 5000]);
    expect([...hashes.take(1)]).toEqual([]);
  });

  it('removes the last hash', () => {
    const hashes = new SeriesHashes();
    hashes.push(1, 1);
    hashes.push(2, 2);
    hashes.pop();
    hashes.push(3, 3);

    expect([...hashes.take(2)]).toEqual([1, 1, 3, 3]);
  });
});
