import { describe, expect, it } from 'vitest';

import { listShards, resolveShard } from './resolve-shard.ts';

interface ShardCase {
  readonly shards: number;
  readonly shard: string | number;
  readonly names: readonly (string | undefined)[];
}

describe('resolveShard', () => {
  it.each`
    shards | shard     | index
    ${1}   | ${'auto'} | ${undefined}
    ${1}   | ${'0'}    | ${undefined}
    ${3}   | ${'2'}    | ${2}
    ${3}   | ${'auto'} | ${1}
  `('of $shards shards and the shard $shard', ({ shards, shard, index }: IndexCase) => {
    expect(resolveShard({ shards, shard }, { JOB_COMPLETION_INDEX: '1' })?.index).toBe(index);
  });

  it.each(['1', '2', 7])('rejects shard %s without a number of shards', (shard) => {
    expect(() => resolveShard({ shards: 1, shard }, {})).toThrow(
      `shard ${shard} does not exist: there is only one shard; set --shards`,
    );
  });
});

interface IndexCase {
  readonly shards: number;
  readonly shard: string;
  readonly index: number | undefined;
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

  it('rejects a shard that does not exist', () => {
    expect(() => listShards({ shards: 3, shard: '3' })).toThrow(
      'shard 3 does not exist: 3 shards are numbered 0 to 2',
    );
  });
});
