import { describe, expect, it } from 'vitest';

import { RateLimiter, type RateLimits } from './rate-limit.ts';

const { signal } = new AbortController();

describe('RateLimiter', () => {
  it.each`
    what                         | limits                         | waits
    ${'nothing without a limit'} | ${{}}                          | ${[]}
    ${'for samples'}             | ${{ samples: 100 }}            | ${[500, 1000]}
    ${'for bytes'}               | ${{ bytes: 10 }}               | ${[1000, 2000]}
    ${'for what takes longer'}   | ${{ samples: 100, bytes: 10 }} | ${[1000, 2000]}
  `('waits $what', async ({ limits, waits }: { limits: RateLimits; waits: number[] }) => {
    const slept: number[] = [];
    const limiter = new RateLimiter(limits, {
      sleep: async (ms) => {
        slept.push(ms);
      },
      now: () => 0,
    });

    for (let i = 0; i < 3; i++) await limiter.acquire(50, 10, signal);

    expect(slept).toEqual(waits);
  });

  it('does not accumulate unused capacity', async () => {
    const slept: number[] = [];
    let nowMs = 0;
    const limiter = new RateLimiter(
      { samples: 100 },
      {
        sleep: async (ms) => {
          slept.push(ms);
        },
        now: () => nowMs,
      },
    );

    await limiter.acquire(100, 0, signal);
    nowMs = 60_000;
    await limiter.acquire(100, 0, signal);
    await limiter.acquire(100, 0, signal);

    expect(slept).toEqual([1000]);
  });
});
