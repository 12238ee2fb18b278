import { describe, expect, it } from 'vitest';

import { listShards } from './resolve-shard.ts';

interface ShardCase {
  readonly shards: number;
  readonly shard: string | number;
  readonly names: readonly (string | undefined)[];
}

describe('listShards', () => {
  it.each`
    shards | shard     | names
    ${1}   | ${'auto'} | ${[undefined]}
    ${3}   | ${'auto'} | ${['0', '1', '2']}
    ${3}   | ${'2'}    | ${['2']}
    ${3}   | ${0}      | ${['0']}
    ${3}   | ${'01'}   | ${['1']}
    ${1}   | ${'7'}    | ${['7']}
  `('of $shards shards and the shard $shard', ({ shards, shard, names }: ShardCase) => {
    expect(listShards({ shards, shard })).toEqual(names);
  });

  it('refuses a shard that does not exist', () => {
    expect(() => listShards({ shards: 3, shard: '3' })).toThrow(
      'shard 3 does not exist: 3 shards are numbered 0 to 2',
    );
  });
});
