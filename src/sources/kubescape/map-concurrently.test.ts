import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import { mapConcurrently } from './map-concurrently.ts';

describe('mapConcurrently', () => {
  it.each([1, 2, 5])(
    'runs at most %i tasks at a time, and yields results in order',
    async (limit) => {
      let running = 0;
      let most = 0;
      async function task(index: number): Promise<number> {
        most = Math.max(most, ++running);
        await sleep(index % 3);
        running--;
        return index;
      }
      const results: number[] = [];
      for await (const result of mapConcurrently(upTo(20), limit, task)) results.push(result);

      expect(results).toEqual(upTo(20));
      expect(most).toBe(limit);
    },
  );

  it('starts further tasks while the consumer is busy', async () => {
    const started: number[] = [];
    async function task(index: number): Promise<void> {
      started.push(index);
    }
    const results = mapConcurrently(upTo(5), 2, task);
    await results.next();

    expect(started).toEqual([0, 1, 2]);
    await results.return(undefined);
  });

  it('fails with the first task that fails, and starts no more', async () => {
    const started: number[] = [];
    async function task(index: number): Promise<number> {
      started.push(index);
      if (index === 2) throw new Error('no');
      return index;
    }
    const results: number[] = [];
    async function readAll(): Promise<void> {
      for await (const result of mapConcurrently(upTo(20), 2, task)) results.push(result);
    }

    await expect(readAll()).rejects.toThrow('no');
    expect(results).toEqual([0, 1]);
    expect(started).toEqual([0, 1, 2, 3]);
  });
});

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
