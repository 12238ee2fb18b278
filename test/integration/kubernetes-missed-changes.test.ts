import { describe, expect, it, vi } from 'vitest';

import { MANIFESTS } from '../support/kubernetes/lab.ts';
import { image } from '../support/kubernetes/small-cluster.ts';
import { useWatchLab } from '../support/kubernetes/watch-lab.ts';

const { lab, watching } = useWatchLab();

describe('a change that was reported', () => {
  it('is not reported again once it has been read', async () => {
    await changeAndReopen(async () => watching().readLists());

    expect(watching().changed).toEqual([MANIFESTS]);
  });

  it('is reported once more, by its list, until it is read', async () => {
    await changeAndReopen(async () => undefined);

    expect(watching().changed).toEqual([MANIFESTS, MANIFESTS]);
  });
});

describe('a cleanup of the server, which sends no event', () => {
  it('is reported at once, also after an event on the same watch', async () => {
    await watching().watch();
    lab.storage.store.put(image('new'));
    await vi.waitFor(() => expect(watching().changed).toEqual([MANIFESTS]));
    await watching().readLists();
    lab.storage.cleanUp({ resource: MANIFESTS, ...image('new').metadata });
    await vi.waitFor(() => expect(watching().changed).toEqual([MANIFESTS, MANIFESTS]));

    expect(lab.storage.watches.count()).toBe(2);
  });

  it('is reported if it happens while the list is read', async () => {
    await watching().watch();
    const key = { resource: MANIFESTS, ...image('redis').metadata } as const;
    watching().tracker.beginList(MANIFESTS);
    lab.storage.cleanUp(key);
    await vi.waitFor(() => expect(watching().clock.asleep).toBe(1));
    expect(watching().changed).toEqual([]);
    watching().tracker.endList(MANIFESTS, 'as it was before');
    watching().tracker.endRead(true);

    expect(watching().changed).toEqual([MANIFESTS]);
  });

  it('is reported if the read fails after listing the rest', async () => {
    await watching().watch();
    lab.storage.cleanUp({ resource: MANIFESTS, ...image('redis').metadata });
    await vi.waitFor(() => expect(watching().changed).toEqual([MANIFESTS]));
    await watching().readLists(false);
    watching().clock.wakeAll();

    await vi.waitFor(() => expect(watching().changed).toEqual([MANIFESTS, MANIFESTS]));
  });
});

async function changeAndReopen(between: () => Promise<void>): Promise<void> {
  await watching().watch();
  lab.storage.store.put(image('new'));
  await vi.waitFor(() => expect(watching().changed).toEqual([MANIFESTS]));
  await between();
  for (const lists of [4, 6]) {
    lab.storage.cutWatches();
    await vi.waitFor(() => expect(watching().clock.asleep).toBe(3));
    watching().clock.wakeAll();
    await vi.waitFor(() => expect(watching().isReady(lists)).toBe(true));
  }
}
