import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { ListPage } from '../../formats/list-page.ts';
import { ListPages } from './list-pages.ts';

const kind = 'VulnerabilityManifestList';

interface Page {
  readonly names: readonly string[];
  readonly header: Omit<ListPage, 'exportId'>;
}

/** Sizes of the pages of one list, and whether the server announces the rest. */
const paging = fc.record({
  sizes: fc.array(fc.nat(4), { minLength: 1, maxLength: 5 }),
  isCounted: fc.boolean(),
});

describe('ListPages', () => {
  it('finds no gap in all pages of a list, in any order and repeated', () => {
    fc.assert(
      fc.property(
        paging.chain((input) => {
          const pages = split(input);
          const repeated = fc.array(fc.constantFrom(...pages), { maxLength: 3 });
          return repeated.chain((more) => shuffled([...pages, ...more]));
        }),
        (pages) => {
          expect(gapsOf(pages)).toEqual([]);
        },
      ),
    );
  });

  it('finds a gap without the last page, and without any page that another one announced', () => {
    fc.assert(
      fc.property(
        paging.filter(({ sizes }) => sizes.length > 1),
        fc.nat(),
        fc.nat(),
        ({ sizes, isCounted }, size, choice) => {
          const pages = split({ sizes: sizes.map((one) => one + (size % 3) + 1), isCounted });
          const last = pages.length - 1;
          // Without counts, only the last page is announced: a page says that another one follows.
          const dropped = isCounted ? 1 + (choice % last) : last;

          expect(gapsOf(pages.filter((_, index) => index !== dropped))).toHaveLength(1);
        },
      ),
    );
  });

  it('keeps kinds apart, also in lists without a kind', () => {
    const pages = new ListPages();
    pages.add({ kind: 'VulnerabilityManifest', name: 'a' });
    pages.endList({ kind: 'List', isFollowed: false, remaining: 0 });
    pages.add({ kind: 'WorkloadConfigurationScanSummary', name: 'a' });
    pages.endList({ kind: 'List', isFollowed: true, remaining: 0 });

    expect(pages.gaps()).toMatchObject([{ groups: ['postures'] }]);
  });

  it('ignores pages of lists that are not scan results', () => {
    const pages = new ListPages();
    pages.endList({ kind: 'PodList', isFollowed: true, remaining: 5 });

    expect(pages.gaps()).toEqual([]);
  });

  it.each`
    remaining | text
    ${0}      | ${'its last page is missing'}
    ${1}      | ${'at least 1 object is missing'}
    ${2}      | ${'at least 2 objects are missing'}
  `('names what is missing after $remaining announced objects', (message: MessageCase) => {
    const pages = new ListPages();
    pages.endList({ kind, isFollowed: true, remaining: message.remaining });

    expect(pages.gaps()[0]?.message).toContain(`the ${kind} is incomplete: ${message.text}, so`);
  });
});

interface MessageCase {
  readonly remaining: number;
  readonly text: string;
}

function split({ sizes, isCounted }: { sizes: readonly number[]; isCounted: boolean }): Page[] {
  return sizes.map((size, page) => {
    const later = sizes.slice(page + 1);
    const remaining = isCounted ? later.reduce((sum, one) => sum + one, 0) : 0;
    const names = Array.from({ length: size }, (_, index) => `${page}-${index}`);
    return { names, header: { kind, isFollowed: later.length > 0, remaining } };
  });
}

function shuffled<T>(values: readonly T[]): fc.Arbitrary<T[]> {
  return fc.shuffledSubarray([...values], { minLength: values.length });
}

function gapsOf(pages: readonly Page[]): readonly unknown[] {
  const all = new ListPages();
  for (const { names, header } of pages) {
    for (const name of names) all.add({ kind: 'VulnerabilityManifest', name });
    all.endList(header);
  }
  return all.gaps();
}
