import { readFileSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { samples } from '../scan-results/samples.ts';
import type { FakeStorage } from './fake-storage.ts';
import { startFakeStorage } from './fake-storage.ts';
import { loadDump } from './load-dump.ts';
import { RESOURCE_NAMES } from './resources.ts';
import { ask, BASE } from './test-client.ts';

describe.skipIf(samples.missing)(`the dump of a real storage${samples.note}`, () => {
  let storage: FakeStorage;

  beforeAll(async () => {
    storage = await startFakeStorage({ objects: loadDump(), checksums: false });
  });

  afterAll(async () => storage.close());

  it('is loaded completely', () => {
    expect(RESOURCE_NAMES.map((name) => storage.store.count(name))).toEqual([29, 28, 272, 272]);
  });

  it.each(RESOURCE_NAMES)('is listed in the shape of a default list: %s', async (resource) => {
    const known: unknown = JSON.parse(
      readFileSync(
        samples.path(`storage-dump/DERIVED-metadata-only-${resource}.list.json`),
        'utf8',
      ),
    );

    const { body } = await ask(storage, `${BASE}/${resource}?limit=5`);

    // The server of that time left these fields out.
    const asThen = body.replaceAll(',"configuration":null,"db":null', '');
    expect({ ...Object(JSON.parse(asThen)), metadata: {} }).toEqual({
      ...Object(known),
      metadata: {},
    });
  });

  it.each(RESOURCE_NAMES)('is listed with its specs on demand: %s', async (resource) => {
    const dumped: unknown = JSON.parse(
      readFileSync(samples.path(`storage-dump/${resource}.list.json`), 'utf8'),
    );

    const { body } = await ask(storage, `${BASE}/${resource}?resourceVersion=fullSpec`);

    const withKinds = body.replaceAll(
      /(?<=\[|,)\{"metadata":\{"name"/g,
      `{"apiVersion":"spdx.softwarecomposition.kubescape.io/v1beta1","kind":"${kindOf(body)}","metadata":{"name"`,
    );
    expect(JSON.parse(withKinds)).toEqual(dumped);
  });
});

function kindOf(list: string): string {
  return /"kind":"(\w+)List"/.exec(list)?.[1] ?? '';
}
