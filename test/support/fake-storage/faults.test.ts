import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { FakeStorage } from './fake-storage.ts';
import { startFakeStorage } from './fake-storage.ts';
import { delayed, faults } from './faults.ts';
import type { ScriptedAnswer } from './script.ts';
import { ask, BASE, list } from './test-client.ts';
import { manifest, manifests } from './test-objects.ts';

const ALL = 'vulnerabilitymanifests';
const PATH = `${BASE}/${ALL}?resourceVersion=fullSpec`;

let storage: FakeStorage;

beforeEach(async () => {
  storage = await startFakeStorage({ manifests: manifests(2) });
});

afterEach(async () => storage.close());

describe('a scripted answer', () => {
  it.each<[keyof typeof faults, number, string]>([
    ['queueFull', 429, 'Too Many Requests (queue full)'],
    ['unavailable', 503, 'service unavailable'],
    ['requestTimeout', 408, '"reason":"Timeout"'],
    ['serverTimeout', 500, '"reason":"ServerTimeout"'],
    ['emptyList', 200, '"items":[]'],
  ])('%s is given once', async (name, status, text) => {
    storage.answerNext({ resource: ALL }, faults[name]);

    const faulty = await ask(storage, PATH);
    const healthy = await ask(storage, PATH);

    expect(faulty.status).toBe(status);
    expect(faulty.body).toContain(text);
    expect((await ask(storage, PATH)).body).toBe(healthy.body);
    expect(healthy.body).toContain('image-1');
  });

  it('may have a Retry-After', async () => {
    storage.answerNext({ verb: 'list' }, faults.serverTimeout);

    const { headers, body } = await ask(storage, PATH);

    expect(headers.get('retry-after')).toBe('1');
    expect(body).toContain(
      'The list operation against vulnerabilitymanifests.spdx.softwarecomposition.kubescape.io could not be completed at this time, please try again.',
    );
  });

  it.each<[string, ScriptedAnswer, RegExp]>([
    ['reset', faults.reset, /fetch failed/],
    ['half a body', faults.halfBody, /terminated/],
    ['nothing', faults.hang, /aborted/],
    ['a late answer', delayed(2000), /aborted/],
  ])('can be %s', async (_what, answer, error) => {
    storage.answerNext({}, answer);

    const asked = ask(storage, PATH, { signal: AbortSignal.timeout(300) });

    await expect(asked).rejects.toThrow(error);
  });

  it('is used for the first request that matches in all fields', async () => {
    storage.answerNext({ verb: 'get', name: 'image-1' }, faults.unavailable, faults.unavailable);
    const get = `${BASE}/namespaces/kubescape/${ALL}`;

    const statuses = [];
    for (const path of [
      PATH,
      `${get}/image-0`,
      `${get}/image-1`,
      `${get}/image-1`,
      `${get}/image-1`,
    ]) {
      statuses.push((await ask(storage, path)).status);
    }

    expect(statuses).toEqual([200, 200, 503, 503, 200]);
    expect(storage.scriptLeft).toBe(0);
  });

  it('can be a page with a token that leads to an empty page', async () => {
    storage.answerNext({ resource: ALL }, faults.badToken);

    const { metadata } = await list(storage, `${ALL}?limit=1`);
    const next = await list(storage, `${ALL}?limit=1&continue=${metadata.continue ?? ''}`);

    expect(metadata.continue).toBe('abc');
    expect({ metadata: next.metadata, items: next.items }).toEqual({ metadata: {}, items: [] });
  });

  it('may change the store before the normal answer', async () => {
    storage.answerNext(
      ({ query }) => query['continue'] !== undefined,
      async (_request, normal) => {
        storage.store.put(manifest('image-0', 'second'));
        return normal();
      },
    );

    const first = await list(storage, `${ALL}?limit=1`);
    const second = await list(storage, `${ALL}?continue=${first.metadata.continue ?? ''}`);

    expect(second.items?.map(({ metadata }) => metadata.name)).toEqual(['image-1', 'image-0']);
  });
});

it('logs requests and their answers', async () => {
  storage.answerNext({}, faults.unavailable);
  await ask(storage, PATH);
  await ask(storage, '/version');

  expect(storage.requests).toMatchObject([
    {
      method: 'GET',
      path: `${BASE}/${ALL}`,
      query: { resourceVersion: 'fullSpec' },
      verb: 'list',
      resource: ALL,
      status: 503,
    },
    { path: '/version', status: 200 },
  ]);
});
