import { readFile, readdir } from 'node:fs/promises';

import { describe, expect, it } from 'vitest';

import { recount } from '../recount.ts';
import { demoCluster } from './demo-cluster.ts';
import { exampleFiles } from './example-files.ts';

const FOLDER = new URL('../../../../examples/scan-results/', import.meta.url);

describe('the example cluster', () => {
  const cluster = demoCluster();
  const expected = cluster.expected();

  it('equals the files on disk', async () => {
    const files = exampleFiles();
    const names = await readdir(FOLDER);

    expect(names.toSorted()).toStrictEqual([...files.keys()].toSorted());
    for (const [name, text] of files) {
      // Compared as a condition, because a diff would print a megabyte.
      const same = (await readFile(new URL(name, FOLDER), 'utf8')) === text;
      expect({ name, same }).toStrictEqual({ name, same: true });
    }
  });

  it('stays small', () => {
    const sizes = [...exampleFiles().values()].map((text) => Buffer.byteLength(text));

    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(1_500_000);
  });

  it('has correct facts about remote code execution and fixes', () => {
    const manifests = new Map([...cluster.manifests()].map((one) => [one.metadata.name, one]));
    for (const { manifest, totals } of expected.images) {
      const object = manifests.get(manifest);
      expect(object === undefined ? undefined : recount([object])).toStrictEqual(totals);
    }
  });

  it('has a stub, a dangling reference and an image without findings', () => {
    const outcomes = expected.containers.map(({ outcome }) => outcome);

    expect(expected.containers).toHaveLength(30);
    expect(outcomes.filter((outcome) => outcome === 'unsupported-schema')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'dangling')).toHaveLength(1);
    expect(expected.images.some(({ totals }) => totals.total === 0)).toBe(true);
    expect(expected.runningImages.severities.Critical).toBeGreaterThan(5);
  });

  it('uses each id for one vulnerability only', () => {
    const descriptions = new Map<string, string>();
    for (const { spec } of cluster.manifests()) {
      for (const { vulnerability } of spec.payload.matches ?? []) {
        const { id, description = '' } = vulnerability;
        expect(descriptions.get(id) ?? description).toBe(description);
        descriptions.set(id, description);
      }
    }
  });
});
