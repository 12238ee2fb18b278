import { expect, it } from 'vitest';

import { CHECKSUM } from './content-hash.ts';
import type { StoreEvent } from './object-store.ts';
import { ObjectStore } from './object-store.ts';
import { manifest, manifests } from './test-objects.ts';

const KEY = {
  resource: 'vulnerabilitymanifests',
  namespace: 'kubescape',
  name: 'image-0',
} as const;

function eventsOf(store: ObjectStore): StoreEvent[] {
  const events: StoreEvent[] = [];
  store.onChange((event) => events.push(event));
  return events;
}

it("counts an object's versions from 1, one up on each real change", () => {
  const store = new ObjectStore();
  const events = eventsOf(store);

  const written = ['first', 'first', 'second', 'second'].map((word) =>
    store.put(manifest('image-0', word)),
  );

  expect(written).toEqual(['added', 'unchanged', 'modified', 'unchanged']);
  expect(store.find(KEY)?.metadata.resourceVersion).toBe('2');
  expect(events.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED']);
});

it('returns an object it was filled with', () => {
  const store = new ObjectStore();
  store.load(manifest('image-0'));
  const { uid, creationTimestamp } = store.find(KEY)?.metadata ?? {};

  expect(store.put(manifest('image-0'))).toBe('unchanged');
  expect(store.put(manifest('image-0', 'second'))).toBe('modified');
  expect(store.find(KEY)?.metadata).toMatchObject({ uid, creationTimestamp, resourceVersion: '2' });
});

it('returns a lazy object it was filled with', () => {
  const store = new ObjectStore();
  const object = manifest('image-0');
  store.loadLazily(object, KEY.resource, () => JSON.stringify(object.spec));

  expect(store.put(manifest('image-0'))).toBe('unchanged');
});

it('assigns a new uid and version 1 after a deletion', () => {
  const store = new ObjectStore();
  store.put(manifest('image-0'));
  store.put(manifest('image-0', 'second'));
  const before = store.find(KEY)?.metadata;

  expect(store.delete(KEY)).toBe(true);
  expect(store.delete(KEY)).toBe(false);
  store.put(manifest('image-0'));

  expect(store.find(KEY)?.metadata.resourceVersion).toBe('1');
  expect(store.find(KEY)?.metadata.uid).not.toBe(before?.uid);
});

it('computes equal checksums for equal content only', () => {
  const store = new ObjectStore();
  const checksums = ['first', 'second', 'first'].map((word) => {
    store.put(manifest('image-0', word));
    return store.find(KEY)?.metadata.annotations?.[CHECKSUM];
  });

  expect(checksums[0]).toMatch(/^[0-9a-f]{64}$/);
  expect(checksums[2]).toBe(checksums[0]);
  expect(checksums[1]).not.toBe(checksums[0]);
});

it('omits checksums on request', () => {
  const store = new ObjectStore({ checksums: false });
  store.put(manifest('image-0'));

  expect(store.find(KEY)?.metadata.annotations).toEqual({});
});

it('replaces all objects of a resource', () => {
  const store = new ObjectStore();
  for (const object of manifests(3)) store.load(object);
  const events = eventsOf(store);

  store.replace('vulnerabilitymanifests', [manifest('image-1'), manifest('new')]);

  expect(events.map(({ type, row }) => `${type} ${row.name}`)).toEqual([
    'ADDED new',
    'DELETED image-0',
    'DELETED image-2',
  ]);
});

it('moves a written object to the end', () => {
  const store = new ObjectStore();
  for (const object of manifests(2)) store.load(object);

  store.update(KEY, (object) => ({ ...object, spec: { other: true } }));

  expect(store.rows('vulnerabilitymanifests').map(({ name }) => name)).toEqual([
    'image-1',
    'image-0',
  ]);
});

it.each(['update', 'corrupt'] as const)('cannot %s a missing object', (action) => {
  const store = new ObjectStore();

  expect(() =>
    action === 'update' ? store.update(KEY, (object) => object) : store.corrupt(KEY),
  ).toThrow('no vulnerabilitymanifests kubescape/image-0');
});

it('rejects other kinds', () => {
  const store = new ObjectStore();

  expect(() => store.put({ ...manifest('a'), kind: 'Pod' })).toThrow('no kind "Pod"');
});
