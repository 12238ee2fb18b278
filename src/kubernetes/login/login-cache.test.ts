import { Agent } from 'node:http';

import { describe, expect, it } from 'vitest';

import { LoginCache } from './login-cache.ts';
import type { Login } from './login.ts';

const agent = new Agent();

describe('LoginCache', () => {
  it('refreshes the login every 30 seconds without reading the configuration again', async () => {
    const { cache, clock, counts } = setup();

    await cache.get();
    clock.nowMs += 29_999;
    await cache.get();
    expect(counts).toEqual({ opened: 1, loggedIn: 1 });

    clock.nowMs += 1;
    await cache.get();
    expect(counts).toEqual({ opened: 1, loggedIn: 2 });
  });

  it('refreshes the login as soon as it expires', async () => {
    const { cache, clock, counts } = setup({ expiresAtMs: () => clock.nowMs + 5000 });

    await cache.get();
    clock.nowMs += 4999;
    await cache.get();
    expect(counts.loggedIn).toBe(1);

    clock.nowMs += 1;
    await cache.get();
    expect(counts.loggedIn).toBe(2);
  });

  it('shares one login between concurrent callers', async () => {
    const { cache, counts } = setup();

    const logins = await Promise.all([cache.get(), cache.get(), cache.get()]);

    expect(new Set(logins).size).toBe(1);
    expect(counts).toEqual({ opened: 1, loggedIn: 1 });
  });

  it('reads the configuration again, once, when several requests are rejected', async () => {
    const { cache, counts, state } = setup();
    const rejected = await cache.get();
    state.id = 'second';

    const renewed = await Promise.all([cache.renew(rejected), cache.renew(rejected)]);
    const late = await cache.renew(rejected);

    expect([...renewed, late].map((login) => login?.id)).toEqual(['second', 'second', 'second']);
    expect(counts).toEqual({ opened: 2, loggedIn: 2 });
  });

  it('renews a login that was never accepted at most every 30 seconds', async () => {
    const { cache, clock, counts } = setup();
    const rejected = await cache.get();

    expect(await cache.renew(rejected)).toBeDefined();
    expect(await cache.renew(rejected)).toBeUndefined();
    clock.nowMs += 29_999;
    expect(await cache.renew(await cache.get())).toBeUndefined();
    expect(counts.opened).toBe(2);

    clock.nowMs += 1;
    expect(await cache.renew(await cache.get())).toBeDefined();
    expect(counts.opened).toBe(3);
  });

  it('renews immediately if the login had been accepted', async () => {
    const { cache, counts, state } = setup();
    state.id = 'second';
    const renewed = await cache.renew({ ...(await cache.get()), id: 'first' });
    expect(renewed?.id).toBe('second');
    const other = await cache.renew(await cache.get());
    if (other === undefined) throw new Error('was not renewed');

    cache.accept(other);

    expect(await cache.renew(other)).toBeDefined();
    expect(counts.opened).toBe(3);
  });

  it('keeps using a valid login while refreshes fail', async () => {
    const { cache, clock, state } = setup({ expiresAtMs: () => 100_000 });
    const first = await cache.get();
    state.failure = new Error('is being replaced');

    clock.nowMs = 40_000;
    expect(await cache.get()).toBe(first);
    clock.nowMs = 100_000;
    await expect(cache.get()).rejects.toThrow('is being replaced');

    delete state.failure;
    expect(await cache.get()).toBeDefined();
  });

  it('rejects all concurrent callers, and retries for the next one', async () => {
    const { cache, state, counts } = setup();
    state.failure = new Error('no plugin');

    const results = await Promise.allSettled([cache.get(), cache.get()]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(counts.loggedIn).toBe(1);

    delete state.failure;
    expect(await cache.get()).toBeDefined();
  });
});

interface State {
  id: string;
  failure?: Error;
}

function setup({ expiresAtMs }: { readonly expiresAtMs?: () => number } = {}) {
  const clock = { nowMs: 0 };
  const counts = { opened: 0, loggedIn: 0 };
  const state: State = { id: 'first' };

  async function login(): Promise<Login> {
    counts.loggedIn++;
    if (state.failure !== undefined) throw state.failure;
    const { id } = state;
    return { id, connectionId: 'same', headers: {}, agent, expiresAtMs: expiresAtMs?.() };
  }

  const cache = new LoginCache({
    async open() {
      counts.opened++;
      return { login };
    },
    now: () => clock.nowMs,
  });
  return { cache, clock, counts, state };
}
