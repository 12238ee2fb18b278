import { afterEach, describe, expect, it } from 'vitest';

import type { FakeStorage, FakeStorageOptions } from './fake-storage.ts';
import { startFakeStorage } from './fake-storage.ts';
import { RESOURCES } from './resources.ts';
import { list, namesOfAllPages } from './test-client.ts';
import { manifest, manifests, summary } from './test-objects.ts';

const MANIFESTS = 'vulnerabilitymanifests';

let storage: FakeStorage | undefined;

async function start(options: FakeStorageOptions): Promise<FakeStorage> {
  storage = await startFakeStorage(options);
  return storage;
}

afterEach(async () => storage?.close());

describe('specs in a list', () => {
  it.each`
    query                          | spec
    ${''}                          | ${RESOURCES[MANIFESTS].zeroSpec}
    ${'?resourceVersion=metadata'} | ${RESOURCES[MANIFESTS].zeroSpec}
    ${'?resourceVersion=0'}        | ${RESOURCES[MANIFESTS].zeroSpec}
    ${'?resourceVersion=fullSpec'} | ${manifest('image').spec}
  `('depend on the query "$query"', async ({ query, spec }: Record<string, unknown>) => {
    const fake = await start({ manifests: [manifest('image')] });

    const { items } = await list(fake, `${MANIFESTS}${String(query)}`);

    expect(items?.map((item) => item.spec)).toEqual([spec]);
  });
});

describe('the items of a list', () => {
  it('have neither kind nor apiVersion, but the list has a kind and no resourceVersion', async () => {
    const fake = await start({ manifests: [manifest('image')] });

    const { kind, metadata, items } = await list(fake, MANIFESTS);

    expect({ kind, metadata }).toEqual({ kind: 'VulnerabilityManifestList', metadata: {} });
    expect(Object.keys(items?.[0] ?? {})).toEqual(['metadata', 'spec', 'status']);
  });

  it('have them with the quirk', async () => {
    const fake = await start({ manifests: [manifest('a')], quirks: { itemsWithKind: true } });

    const { items } = await list(fake, MANIFESTS);

    expect(items?.[0]?.kind).toBe('VulnerabilityManifest');
  });

  it.each([
    [false, []],
    [true, null],
  ])('with nullItems=%s are %j if the list is empty', async (nullItems, none) => {
    const fake = await start({ quirks: { nullItems } });

    expect((await list(fake, MANIFESTS)).items).toEqual(none);
  });

  it('end with zero-valued ones with the quirk', async () => {
    const fake = await start({ manifests: [manifest('a')], quirks: { zeroItems: 2 } });

    const { items } = await list(fake, `${MANIFESTS}?resourceVersion=fullSpec`);

    expect(items?.map(({ metadata }) => metadata.name)).toEqual(['a', '', '']);
  });

  it('are those of the namespace in the path', async () => {
    const fake = await start({ summaries: [summary('a', 'one'), summary('b', 'two')] });

    const { items } = await list(fake, 'namespaces/two/vulnerabilitymanifestsummaries');

    expect(items?.map(({ metadata }) => metadata.name)).toEqual(['b']);
  });

  it('do not depend on selectors', async () => {
    const fake = await start({ summaries: [summary('a', 'one'), summary('b', 'two')] });
    const selectors = 'labelSelector=no%3Dsuch&fieldSelector=metadata.name%3Da';

    const { items } = await list(fake, `vulnerabilitymanifestsummaries?${selectors}`);

    expect(items).toHaveLength(2);
  });
});

describe('a page', () => {
  it('ends after 500 items by default', async () => {
    const fake = await start({ manifests: manifests(501) });

    const pages = await namesOfAllPages(fake, `${MANIFESTS}?`);

    expect(pages.map((names) => names.length)).toEqual([500, 1]);
  });

  it('has the requested size', async () => {
    const fake = await start({ manifests: manifests(7) });

    const pages = await namesOfAllPages(fake, `${MANIFESTS}?resourceVersion=fullSpec&limit=3`);

    expect(pages.map((names) => names.length)).toEqual([3, 3, 1]);
    expect(new Set(pages.flat()).size).toBe(7);
  });

  it('that is exactly full is followed by an empty one', async () => {
    const fake = await start({ manifests: manifests(6) });

    const pages = await namesOfAllPages(fake, `${MANIFESTS}?limit=3`);

    expect(pages.map((names) => names.length)).toEqual([3, 3, 0]);
  });

  it('repeats an object that was written after an earlier page', async () => {
    const fake = await start({ manifests: manifests(3) });

    const first = await list(fake, `${MANIFESTS}?limit=2`);
    fake.store.put(manifest('image-0', 'second'));
    const token = first.metadata.continue ?? '';
    const second = await list(fake, `${MANIFESTS}?limit=2&continue=${token}`);

    expect(second.items?.map(({ metadata }) => metadata.name)).toEqual(['image-2', 'image-0']);
    expect(second.items?.[1]?.metadata.resourceVersion).toBe('2');
  });

  it('continues after a row number, which counts over all resources', async () => {
    const fake = await start({ summaries: [summary('s', 'ns')], manifests: manifests(3) });

    const { metadata, items } = await list(fake, `${MANIFESTS}?limit=1&continue=2`);

    expect(items?.map((item) => item.metadata.name)).toEqual(['image-1']);
    expect(metadata.continue).toBe('3');
  });
});

it.each(['cut', 'forever'] as const)(
  'keeps an object with damage, without its name in full: %s',
  async (damage) => {
    const fake = await start({ manifests: manifests(2) });
    fake.store.corrupt({ resource: MANIFESTS, namespace: 'kubescape', name: 'image-0' }, damage);

    const bare = await list(fake, MANIFESTS);
    const full = await list(fake, `${MANIFESTS}?resourceVersion=fullSpec`);
    const after = await list(fake, MANIFESTS);

    const names = [bare, full, after].map(({ items }) =>
      items?.map(({ metadata }) => metadata.name),
    );
    expect(names).toEqual([
      ['image-0', 'image-1'],
      ['', 'image-1'],
      ['image-0', 'image-1'],
    ]);
  },
);
