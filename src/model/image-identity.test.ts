import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { arePlatforms, identifyImage, ImageGroups, type ScannedImage } from './image-identity.ts';

const unnamed = { registry: '', repository: '', tag: '', id: '' };

describe('ImageGroups', () => {
  it.each`
    what                                                 | a                                                | b                                              | same
    ${'equal image IDs'}                                 | ${{ configDigest: 'c' }}                         | ${{ configDigest: 'c', repoDigests: ['r@1'] }} | ${true}
    ${'different image IDs of one manifest'}             | ${{ configDigest: 'c', manifestDigest: 'm' }}    | ${{ configDigest: 'd', manifestDigest: 'm' }}  | ${false}
    ${'different image IDs of one repo digest'}          | ${{ configDigest: 'c', repoDigests: ['r@1'] }}   | ${{ configDigest: 'd', repoDigests: ['r@1'] }} | ${false}
    ${'equal manifests, one without an image ID'}        | ${{ configDigest: 'c', manifestDigest: 'm' }}    | ${{ manifestDigest: 'm' }}                     | ${true}
    ${'a common repo digest'}                            | ${{ repoDigests: ['r@1', 's@2'] }}               | ${{ repoDigests: ['s@2'] }}                    | ${true}
    ${'a common repo digest, one with an image ID'}      | ${{ configDigest: 'c', repoDigests: ['r@1'] }}   | ${{ repoDigests: ['r@1'] }}                    | ${true}
    ${'a repo digest of two platforms'}                  | ${{ platform: 'l/a', repoDigests: ['r@1'] }}     | ${{ platform: 'l/b', repoDigests: ['r@1'] }}   | ${false}
    ${'a repo digest with one unknown platform'}         | ${{ platform: 'l/a', repoDigests: ['r@1'] }}     | ${{ repoDigests: ['r@1'] }}                    | ${true}
    ${'a repo digest that is the manifest of the other'} | ${{ manifestDigest: 'm', repoDigests: ['r@1'] }} | ${{ repoDigests: ['r@m'] }}                    | ${true}
    ${'equal digests in different repositories'}         | ${{ repoDigests: ['r@1'] }}                      | ${{ repoDigests: ['s@1'] }}                    | ${false}
    ${'nothing known of either'}                         | ${{}}                                            | ${{}}                                          | ${false}
  `('with $what: one image is $same', ({ a, b, same }: PairCase) => {
    for (const pair of [
      [a, b],
      [b, a],
    ]) {
      expect(groupsOf(pair)).toHaveLength(same ? 1 : 2);
    }
  });

  it('finds the same images in any order', () => {
    fc.assert(
      fc.property(fc.array(anyScanned, { maxLength: 8 }), fc.func(fc.nat()), (images, weight) => {
        const shuffled = images.toSorted((a, b) => weight(a) - weight(b));

        expect(new Set(groupsOf(shuffled))).toEqual(new Set(groupsOf(images)));
      }),
    );
  });

  it('returns the results of an image in their order', () => {
    const known = { repoDigests: ['r@1'] };
    const groups = new ImageGroups([
      result(known, 'first'),
      result({ ...known, configDigest: 'c' }, 'second'),
    ]);

    expect(groups.find(scanned(known)).map(({ name }) => name)).toEqual(['first', 'second']);
    expect(groups.find(scanned({ repoDigests: ['r@2'] }))).toEqual([]);
  });
});

it('tells platforms of one reference from a rebuilt image', () => {
  const amd64 = scanned({ platform: 'linux/amd64' });

  expect(arePlatforms(amd64, scanned({ platform: 'linux/arm64' }))).toBe(true);
  expect(arePlatforms(amd64, amd64)).toBe(false);
  expect(arePlatforms(scanned({ repoDigests: ['r@1'] }), scanned({ repoDigests: ['r@1'] }))).toBe(
    true,
  );
});

it('reads the ID of an image as its repo digest, or as the digest of its configuration', () => {
  const digest = `sha256:${'a1'.repeat(32)}`;

  expect(identifyImage({ ...unnamed, id: `r@${digest}` }).repoDigests).toEqual([`r@${digest}`]);
  expect(identifyImage({ ...unnamed, id: digest }).configDigest).toBe(digest);
  expect(identifyImage(unnamed).repoDigests).toEqual([]);
});

interface PairCase {
  readonly a: Partial<ScannedImage>;
  readonly b: Partial<ScannedImage>;
  readonly same: boolean;
}

const anyScanned = fc.record<Partial<ScannedImage>>({
  configDigest: fc.constantFrom('', 'c', 'd'),
  platform: fc.constantFrom('', 'linux/amd64'),
  repoDigests: fc.constantFrom([], ['r@1'], ['s@1']),
});

function scanned(parts: Partial<ScannedImage>): ScannedImage {
  const unknown = { configDigest: '', manifestDigest: '', repoDigests: [], platform: '' };
  return { image: unnamed, ...unknown, ...parts };
}

function result(parts: Partial<ScannedImage>, name = JSON.stringify(parts)) {
  return { name, scanned: scanned(parts) };
}

/** The names of the results of each image, as one text. */
function groupsOf(images: readonly Partial<ScannedImage>[]): string[] {
  const { all } = new ImageGroups(images.map((parts) => result(parts)));
  return all.map((group) =>
    group
      .map(({ name }) => name)
      .toSorted((a, b) => (a < b ? -1 : 1))
      .join(),
  );
}
