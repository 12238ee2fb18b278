import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { captures } from '../support/fake-storage/captures.ts';
import {
  answerOf,
  contractOf,
  headersOf,
  keyOf,
  relative,
  resourceIn,
  startRecorded,
} from '../support/fake-storage/contract.ts';
import type { FakeStorage } from '../support/fake-storage/fake-storage.ts';
import type { ResourceName } from '../support/fake-storage/resources.ts';
import { watch } from '../support/fake-storage/test-client.ts';
import { POSTURES, SUMMARIES } from '../support/kubernetes/lab.ts';

const Event = z.object({
  type: z.string(),
  object: z.looseObject({ metadata: z.looseObject({ name: z.string(), namespace: z.string() }) }),
});

let storage: FakeStorage | undefined;
afterEach(async () => storage?.close());

async function start(): Promise<FakeStorage> {
  storage = await startRecorded();
  return storage;
}

describe.skipIf(captures.missing)(`watches of the fake and of the real one${captures.note}`, () => {
  it.each([
    '80-watch-summaries-plain',
    '81-watch-summaries-fullSpec',
    '82-watch-summaries-rv0-bookmarks',
    '83-watch-summaries-in-a-namespace',
    '84-watch-summaries-labelSelector-ignored',
    '85-watch-summaries-old-rv',
    '87-watch-manifests-fullSpec',
    '88-watch-manifests-plain',
    '89-watch-config-summaries-fullSpec',
  ])('report equal events: %s', async (name) => {
    const fake = await start();
    const recorded = captures.watch(name);
    const resource = resourceIn(recorded.url);
    const changes = await watch(
      fake,
      relative(recorded.url).replace(/timeoutSeconds=\d+/, 'timeoutSeconds=1'),
    );
    replay(fake, resource, fullEvents(resource));

    const events = [];
    for (let event = await changes.next(); event !== undefined; event = await changes.next()) {
      events.push(event);
    }
    expect(events.map(comparable)).toEqual(recorded.events.map(comparable));
    expect([changes.status, await changes.broken]).toEqual([recorded.status, undefined]);
    expect(recorded.endsNormally).toBe(true);
  });

  it.each(['93-watch-cut-by-cleanup-plain', '94-watch-cut-by-cleanup-fullSpec'])(
    'end normally and without an event when the server cleans up: %s',
    async (name) => {
      const fake = await start();
      const recorded = captures.watch(name);
      const changes = await watch(fake, relative(recorded.url));
      const other = await watch(
        fake,
        relative(captures.watch('95-watch-other-kind-survives-cleanup').url),
      );
      const deleted = keyOf('96-deleted-by-cleanup');
      fake.store.load({ metadata: deleted }, SUMMARIES);
      replay(fake, SUMMARIES, captures.watch('94-watch-cut-by-cleanup-fullSpec').events);
      fake.cleanUp(deleted);

      const events = [await changes.next(), await changes.next()];
      expect(events.map(comparable)).toEqual([...recorded.events.map(comparable), undefined]);
      expect(await changes.broken).toBeUndefined();
      expect([recorded.endsNormally, fake.watches.count()]).toEqual([true, 1]);
      expect(await answerOf(fake, captures.exchange('96-deleted-by-cleanup'))).toEqual(
        contractOf(captures.exchange('96-deleted-by-cleanup')),
      );
      expect(other.status).toBe(200);
    },
  );

  it('break when the server is killed', async () => {
    const fake = await start();
    const recorded = captures.watch('97-watch-server-killed');
    const changes = await watch(fake, relative(recorded.url));
    fake.cutWatches();

    expect(await changes.broken).toBeInstanceOf(Error);
    expect(recorded.endsNormally).toBe(false);
  });

  it('have equal headers', async () => {
    const fake = await start();
    const recorded = captures.watch('80-watch-summaries-plain');
    const { headers } = await fetch(`${fake.url}${recorded.url}`);

    expect(headersOf(Object.fromEntries(headers))).toEqual(headersOf(recorded.headers));
  });
});

/** Applies recorded events to the fake. */
function replay(fake: FakeStorage, resource: ResourceName, events: readonly unknown[]): void {
  for (const event of events) {
    const { type, object } = Event.parse(event);
    if (type === 'DELETED') fake.store.delete({ resource, ...object.metadata });
    else fake.store.put(object, resource);
  }
}

/** The events of a kind with complete specs, from which every watch of the kind follows. */
function fullEvents(resource: ResourceName): readonly unknown[] {
  if (resource === SUMMARIES) return captures.watch('81-watch-summaries-fullSpec').events;
  const name = resource === POSTURES ? '89-watch-config-summaries' : '87-watch-manifests';
  return captures.watch(`${name}-fullSpec`).events;
}

/** Without the values that a server chooses when an object is created. */
function comparable(event: unknown): unknown {
  if (event === undefined) return undefined;
  const { type, object } = Event.parse(event);
  const {
    uid: _uid,
    creationTimestamp: _created,
    annotations: _own,
    ...metadata
  } = object.metadata;
  return { type, object: { ...object, metadata: { ...metadata, resourceVersion: 'any' } } };
}
