import { describe, expect, it } from 'vitest';

import { type Expiring, ExpiringCache } from './expiring-cache.ts';

describe('ExpiringCache', () => {
  it.each`
    lifeMs       | goodUntilMs  | seen
    ${3_600_000} | ${3_540_000} | ${[1, 2]}
    ${120_000}   | ${90_000}    | ${[1, 2]}
    ${10_000}    | ${7500}      | ${[1, 2]}
    ${0}         | ${0}         | ${[2, 3]}
    ${undefined} | ${1e12}      | ${[1, 1]}
  `(
    'renews credentials with a lifetime of $lifeMs ms after $goodUntilMs ms',
    async ({ lifeMs, goodUntilMs, seen }: LifeCase) => {
      const { cache, clock } = setup(lifeMs);

      await cache.get();
      clock.nowMs += Math.max(goodUntilMs - 1, 0);
      const before = await cache.get();
      clock.nowMs += 1;
      const after = await cache.get();

      expect([before, after]).toEqual(seen);
    },
  );

  it('shares one request between concurrent callers, and retries after a failure', async () => {
    const { cache, failures } = setup(1000);
    failures.push(new Error('down'));

    const first = await Promise.allSettled([cache.get(), cache.get()]);

    expect(first.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await Promise.all([cache.get(), cache.get()])).toEqual([1, 1]);
  });

  it('returns the old credentials until they expire while renewals fail', async () => {
    const { cache, clock, failures } = setup(100_000);
    await cache.get();
    failures.push(new Error('down'), new Error('down'));

    clock.nowMs += 99_999;
    expect(await cache.get()).toBe(1);
    clock.nowMs += 1;
    await expect(cache.get()).rejects.toThrow('down');
  });

  it('renews rejected credentials, but at most every 30 seconds', async () => {
    const { cache, clock } = setup(3_600_000);
    const first = await cache.get();

    expect(cache.renew(first)).toBe(true);
    const second = await cache.get();
    expect(second).toBe(2);
    // A late rejection of the old credentials: they are already replaced.
    expect(cache.renew(first)).toBe(true);
    expect(await cache.get()).toBe(2);

    clock.nowMs += 29_999;
    expect(cache.renew(second)).toBe(false);
    clock.nowMs += 1;
    expect(cache.renew(second)).toBe(true);
    expect(await cache.get()).toBe(3);
  });
});

interface LifeCase {
  readonly lifeMs: number | undefined;
  readonly goodUntilMs: number;
  readonly seen: readonly number[];
}

function setup(lifeMs: number | undefined) {
  const clock = { nowMs: 1_700_000_000_000 };
  const failures: Error[] = [];
  let obtained = 0;

  async function obtain(): Promise<Expiring<number>> {
    const failure = failures.shift();
    if (failure) throw failure;
    const expiresAtMs = lifeMs === undefined ? undefined : clock.nowMs + lifeMs;
    return { value: ++obtained, expiresAtMs };
  }
  return { cache: new ExpiringCache(obtain, () => clock.nowMs), clock, failures };
}
