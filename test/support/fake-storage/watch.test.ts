import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { FakeStorage } from './fake-storage.ts';
import { startFakeStorage } from './fake-storage.ts';
import { RESOURCES } from './resources.ts';
import { ask, BASE, watch } from './test-client.ts';
import { manifest, manifests, summary } from './test-objects.ts';

const MANIFESTS = 'vulnerabilitymanifests';
const FULL = 'watch=true&resourceVersion=fullSpec';
const ZERO = RESOURCES[MANIFESTS].zeroSpec;
/** Written objects lack what the database adds. */
const WRITTEN_ZERO = {
  ...ZERO,
  payload: { ...ZERO.payload, descriptor: { name: '', version: '' } },
};

let storage: FakeStorage;

beforeEach(async () => {
  storage = await startFakeStorage({ manifests: manifests(2) });
});

afterEach(async () => storage.close());

function deleteFirst(): void {
  storage.store.delete({ resource: MANIFESTS, namespace: 'kubescape', name: 'image-0' });
}

describe('a watch', () => {
  it('reports new changes, deletions by metadata only', async () => {
    const changes = await watch(storage, `${MANIFESTS}?${FULL}`);

    storage.store.put(manifest('new'));
    storage.store.put(manifest('image-0', 'second'));
    deleteFirst();

    const events = [await changes.next(), await changes.next(), await changes.next()];
    expect(events.map((event) => [event?.type, event?.object.metadata.name])).toEqual([
      ['ADDED', 'new'],
      ['MODIFIED', 'image-0'],
      ['DELETED', 'image-0'],
    ]);
    expect(events.map((event) => event?.object.spec)).toEqual([
      manifest('new').spec,
      manifest('image-0', 'second').spec,
      ZERO,
    ]);
    expect(events[0]?.object.kind).toBe('VulnerabilityManifest');
  });

  it('has zero-valued specs unless full ones are requested', async () => {
    const changes = await watch(storage, `${MANIFESTS}?watch=true`);

    storage.store.put(manifest('new'));

    expect((await changes.next())?.object.spec).toEqual(WRITTEN_ZERO);
  });

  it('reports neither other resources nor writes without a change', async () => {
    const changes = await watch(storage, `${MANIFESTS}?${FULL}`);

    storage.store.put(summary('other', 'ns'));
    storage.store.put(manifest('image-1'));
    storage.store.put(manifest('image-0', 'second'));

    expect((await changes.next())?.object.metadata.name).toBe('image-0');
  });

  it('ends after its timeout', async () => {
    const changes = await watch(storage, `${MANIFESTS}?${FULL}&timeoutSeconds=1`);

    expect(await changes.next()).toBeUndefined();
    expect(await changes.broken).toBeUndefined();
  });

  it('breaks without warning, and never replays events', async () => {
    const changes = await watch(storage, `${MANIFESTS}?${FULL}`);
    storage.cutWatches();
    expect(await changes.broken).toBeInstanceOf(Error);

    deleteFirst();
    const again = await watch(storage, `${MANIFESTS}?${FULL}&allowWatchBookmarks=true`);
    storage.store.put(manifest('later'));

    expect((await again.next())?.object.metadata.name).toBe('later');
  });

  it('can end in the middle of an event', async () => {
    const changes = await watch(storage, `${MANIFESTS}?${FULL}`);

    storage.watches.write('{"type":"MODIF');
    storage.watches.cut('end');

    await expect(changes.next()).rejects.toThrow(SyntaxError);
  });

  it('does not end before the storage does', async () => {
    const changes = await watch(storage, `${MANIFESTS}?${FULL}`);
    expect(storage.watches.count()).toBe(1);

    await storage.close();

    expect(await changes.broken).toBeInstanceOf(Error);
    expect(storage.watches.count()).toBe(0);
  });

  it.each(['true', '1'])('can be requested with watch=%s', async (value) => {
    const changes = await watch(storage, `${MANIFESTS}?watch=${value}`);
    deleteFirst();

    expect((await changes.next())?.type).toBe('DELETED');
  });

  it('rejects sendInitialEvents', async () => {
    const query = 'watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan';

    const { status, body } = await ask(storage, `${BASE}/${MANIFESTS}?${query}`);

    expect(status).toBe(422);
    expect(JSON.parse(body)).toMatchObject({ kind: 'Status', reason: 'Invalid' });
  });
});

describe('a watch of one namespace', () => {
  it('stays open without events', async () => {
    const changes = await watch(storage, `namespaces/kubescape/${MANIFESTS}?${FULL}`);

    deleteFirst();

    const first = await Promise.race([changes.next(), sleep(100, 'nothing')]);
    expect([changes.status, first]).toEqual([200, 'nothing']);
    expect(storage.watches.count(MANIFESTS)).toBe(1);
  });

  it('reports its namespace with the quirk of newer versions', async () => {
    await storage.close();
    storage = await startFakeStorage({ quirks: { namespacedWatch: 'emits' } });
    const changes = await watch(storage, `namespaces/two/vulnerabilitymanifestsummaries?${FULL}`);

    storage.store.put(summary('a', 'one'));
    storage.store.put(summary('b', 'two'));

    expect((await changes.next())?.object.metadata.name).toBe('b');
  });
});

describe('a cleanup of the server', () => {
  it('removes objects without an event, and ends the watches of their kind', async () => {
    const changes = await watch(storage, `${MANIFESTS}?${FULL}`);
    const others = await watch(storage, `vulnerabilitymanifestsummaries?${FULL}`);
    const key = { resource: MANIFESTS, namespace: 'kubescape', name: 'image-0' } as const;

    storage.cleanUp(key);

    expect(await changes.next()).toBeUndefined();
    expect(await changes.broken).toBeUndefined();
    expect(storage.store.find(key)).toBeUndefined();
    expect([others.status, storage.watches.count()]).toEqual([200, 1]);
  });
});
