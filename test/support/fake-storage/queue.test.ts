import { afterEach, expect, it } from 'vitest';

import type { FakeStorage, FakeStorageOptions } from './fake-storage.ts';
import { startFakeStorage } from './fake-storage.ts';
import { ask, BASE } from './test-client.ts';
import { manifests } from './test-objects.ts';

const ONE = `${BASE}/namespaces/kubescape/vulnerabilitymanifests/image-0`;
const ALL = `${BASE}/vulnerabilitymanifests`;

let storage: FakeStorage | undefined;

async function start(quirks: FakeStorageOptions['quirks']): Promise<FakeStorage> {
  storage = await startFakeStorage({ manifests: manifests(1), quirks });
  return storage;
}

afterEach(async () => storage?.close());

it('processes one manifest at a time by default', async () => {
  const fake = await start({ latencyMs: () => 50 });
  const before = performance.now();

  const answers = await Promise.all([ask(fake, ONE), ask(fake, ONE), ask(fake, ONE)]);

  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(performance.now() - before).toBeGreaterThan(140);
  expect(fake.inFlightMax('vulnerabilitymanifests')).toBe(3);
});

it('answers 429 in plain text if the queue is full, except for metadata', async () => {
  const queue = { workerCount: 1, queueLength: 1 };
  const fake = await start({ latencyMs: () => 200, queue: () => queue });

  const answers = await Promise.all([
    ...[ONE, ONE, ONE, `${ALL}?resourceVersion=fullSpec`, ALL].map(async (path) => ask(fake, path)),
    ask(fake, `${ONE}?resourceVersion=metadata`),
    ask(fake, `${ALL}?resourceVersion=metadata`),
  ]);

  const busy = answers.filter(({ status }) => status === 429);
  expect(answers.slice(-2).map(({ status }) => status)).toEqual([200, 200]);
  expect(busy).toHaveLength(3);
  expect(busy[0]?.body).toBe('Too Many Requests (queue full)\n');
  expect(busy[0]?.headers.get('content-type')).toBe('text/plain; charset=utf-8');
});

it('accepts requests again when earlier ones are answered', async () => {
  const fake = await start({ queue: () => ({ workerCount: 1, queueLength: 0 }) });

  expect((await ask(fake, ONE)).status).toBe(200);
  expect((await ask(fake, ONE)).status).toBe(200);
});

it('skips a queued client that disconnected', async () => {
  const fake = await start({ latencyMs: () => 50 });
  const first = ask(fake, ONE);
  const given = ask(fake, ONE, { signal: AbortSignal.timeout(20) });

  await expect(given).rejects.toThrow('aborted');
  await first;

  expect((await ask(fake, ONE)).status).toBe(200);
});
