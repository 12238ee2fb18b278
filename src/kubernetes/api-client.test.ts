import { Readable } from 'node:stream';

import { expect, it } from 'vitest';

import { AccessError } from '../http/access-error.ts';
import { ApiClient, type Body } from './api-client.ts';

const clock = { now: () => 0, random: () => 0.5, sleep: async () => undefined };
const { signal } = new AbortController();

async function get(answer: () => Readable, read: (body: Body) => Promise<unknown>) {
  let requests = 0;
  const access = {
    server: 'https://cluster',
    origin: 'test',
    close: () => undefined,
    async request() {
      requests++;
      return { status: 200, retryAfter: undefined, body: answer() };
    },
  };
  const client = new ApiClient({ access, clock, timeoutMs: 1000, retryBudgetMs: 60_000 });
  const ended = client.get({ path: '/apis', read, maxFailures: 3 }, signal);
  const result = await ended.catch((error: unknown) => error);
  return { result, requests };
}

function whole(): Readable {
  return Readable.from([Buffer.from('{}')]);
}

async function readAll(body: Body): Promise<void> {
  for await (const _ of body);
}

it('does not report an error of the consumer as an error of the server', async () => {
  const bug = new RangeError('a bug');
  const outcome = await get(whole, async (body) => {
    await readAll(body);
    throw bug;
  });
  const within = await get(whole, async (body) => {
    for await (const _ of body) throw bug;
  });

  expect(outcome).toEqual({ result: bug, requests: 1 });
  expect(within).toEqual({ result: bug, requests: 1 });
});

it.each([new Error('aborted'), new AccessError('no answer')])(
  'retries after an incomplete response: %s',
  async (error) => {
    const { result, requests } = await get(
      () =>
        new Readable({
          read() {
            this.destroy(error);
          },
        }),
      readAll,
    );

    expect(result).toMatchObject({ status: 'failed', open: 'failing' });
    expect(requests).toBe(3);
  },
);
