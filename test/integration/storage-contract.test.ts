import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { captures } from '../support/fake-storage/captures.ts';
import {
  answerOf,
  contractOf,
  keyOf,
  objectsIn,
  startRecorded,
  StoredObject,
} from '../support/fake-storage/contract.ts';
import type { FakeStorage } from '../support/fake-storage/fake-storage.ts';
import { faults } from '../support/fake-storage/faults.ts';
import { SUMMARIES } from '../support/kubernetes/lab.ts';

const Items = z.object({ items: z.array(z.unknown()) });
const Deleted = z.object({ details: z.object({ uid: z.string() }) });

let storage: FakeStorage | undefined;
afterEach(async () => storage?.close());

async function start(): Promise<FakeStorage> {
  storage = await startRecorded();
  return storage;
}

const reads = [
  '10-summaries-list-plain',
  '11-summaries-list-fullSpec',
  '12-summaries-list-metadata',
  '13-summaries-fullSpec-limit2-page1',
  '13-summaries-fullSpec-limit2-page2',
  '13-summaries-fullSpec-limit2-page3',
  '14-summaries-fullSpec-limit3-page1',
  '14-summaries-fullSpec-limit3-page2',
  '15-summaries-namespaced-fullSpec',
  '16-summaries-empty-namespace',
  '17-summary-get',
  '18-summary-get-metadata',
  '20-manifests-list-plain',
  '21-manifests-list-fullSpec',
  '22-manifests-list-metadata',
  '23-manifest-get',
  '24-manifest-get-metadata',
  '25-manifest-get-fullSpec',
  '30-config-summaries-list-plain',
  '31-config-summaries-list-fullSpec',
  '32-config-scans-list-plain',
  '33-config-scans-list-fullSpec',
  '50-error-404-object',
  '51-error-404-kind',
  '52-error-404-version',
  '53-error-405-head',
  '54-error-406-accept',
  '55-error-422-sendInitialEvents',
  '56-continue-beyond-the-end',
  '57-continue-that-is-no-token',
  '58-continue-0',
  '59-limit-negative',
  '60-resourceVersion-garbage',
  '61-resourceVersion-0',
  '62-resourceVersionMatch-exact',
  '63-labelSelector-is-ignored',
  '64-fieldSelector-is-ignored',
  '74-gzip-small-is-not-compressed',
] as const;

describe.skipIf(captures.missing)(`the fake storage and the real one${captures.note}`, () => {
  it.each(reads)('answer equally: %s', async (name) => {
    const fake = await start();

    expect(await answerOf(fake, captures.exchange(name))).toEqual(
      contractOf(captures.exchange(name)),
    );
  });

  it('repeat an object that is written while its list is paged', async () => {
    const fake = await start();
    expect(await answerOf(fake, captures.exchange('19-paging-while-written-page1'))).toEqual(
      contractOf(captures.exchange('19-paging-while-written-page1')),
    );
    const last = captures.exchange('19-paging-while-written-page3');
    const [rewritten] = objectsIn('19-paging-while-written-page3');
    if (rewritten !== undefined) fake.store.load(rewritten, SUMMARIES);

    expect(await answerOf(fake, captures.exchange('19-paging-while-written-page2'))).toEqual(
      contractOf(captures.exchange('19-paging-while-written-page2')),
    );
    expect(await answerOf(fake, last)).toEqual(contractOf(last));
  });

  it('list a damaged object without its name, and fail every request for it', async () => {
    const fake = await start();
    const broken = captures.exchange('65-broken-payload-in-list');
    const [, updated] = Items.parse(JSON.parse(broken.body)).items;
    fake.store.load(StoredObject.parse(updated), SUMMARIES);
    fake.store.corrupt(keyOf('66-broken-payload-get-500'), 'forever');

    for (let times = 2; times > 0; times--) {
      expect(await answerOf(fake, broken)).toEqual(contractOf(broken));
    }
    expect(await answerOf(fake, captures.exchange('66-broken-payload-get-500'))).toEqual(
      contractOf(captures.exchange('66-broken-payload-get-500')),
    );
  });

  it.each([
    '77-broken-payload-delete-500',
    '78-broken-payload-put-500',
    '79-broken-payload-post-409',
  ])('do not change a damaged object: %s', async (name) => {
    const fake = await start();
    const key = keyOf('77-broken-payload-delete-500');
    const [object] = objectsIn('11-summaries-list-fullSpec');
    const damaged = { ...object, metadata: { ...object?.metadata, ...key } };
    fake.store.load(damaged, SUMMARIES);
    fake.store.corrupt(key, 'forever');

    expect(await answerOf(fake, captures.exchange(name), JSON.stringify(damaged))).toEqual(
      contractOf(captures.exchange(name)),
    );
  });

  it('delete an object on GET if its payload is cut short', async () => {
    const fake = await start();
    const key = keyOf('67-cut-payload-get-404');
    fake.store.corrupt(key);

    expect(await answerOf(fake, captures.exchange('67-cut-payload-get-404'))).toEqual(
      contractOf(captures.exchange('67-cut-payload-get-404')),
    );
    expect(await answerOf(fake, captures.exchange('68-cut-payload-get-again'))).toEqual(
      contractOf(captures.exchange('68-cut-payload-get-again')),
    );
    expect(fake.store.find(key)).toBeUndefined();
  });

  it('confirm a deletion', async () => {
    const fake = await start();
    const recorded = captures.exchange('92-delete-answer');
    const { uid } = Deleted.parse(JSON.parse(recorded.body)).details;
    const metadata = { ...keyOf('92-delete-answer'), uid };
    fake.store.load({ metadata }, SUMMARIES);

    expect(await answerOf(fake, recorded)).toEqual(contractOf(recorded));
  });

  it('reject requests while the queue is full', async () => {
    const fake = await start();
    fake.answerNext({}, faults.queueFull);

    expect(await answerOf(fake, captures.exchange('98-error-429-queue-full'))).toEqual(
      contractOf(captures.exchange('98-error-429-queue-full')),
    );
  });
});
