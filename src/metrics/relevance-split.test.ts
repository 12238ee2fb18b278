import { describe, expect, it } from 'vitest';

import { container, finding, imageScan } from '../../test/support/scan-results/scans.ts';
import type { Finding } from '../model/finding.ts';
import { RelevanceSplit } from './relevance-split.ts';

const openssl = finding({ id: 'A' });
const zlib = finding({ id: 'A', packageUrl: 'pkg:deb/zlib@1' });
const bare = finding({ id: 'B', packageUrl: '', packageName: 'bare' });
const other = finding({ id: 'B', packageUrl: '', packageName: 'other' });
const all = [openssl, zlib, bare, other];

describe('RelevanceSplit', () => {
  it.each`
    what                                        | loaded                                   | relevant
    ${'nothing'}                                | ${[]}                                    | ${[]}
    ${'one of two packages with the same ID'}   | ${[zlib]}                                | ${[zlib]}
    ${'a package without a URL'}                | ${[bare]}                                | ${[bare]}
    ${'a finding with another severity'}        | ${[{ ...openssl, severity: 'Low' }]}     | ${[openssl]}
    ${'a finding that the image does not have'} | ${[finding({ id: 'not of the image' })]} | ${[]}
  `(
    'finds the relevant findings if a container loaded $what',
    ({ loaded, relevant }: SplitCase) => {
      const split = new RelevanceSplit().of(scanOf(loaded), main);

      expect(split?.relevant).toEqual(relevant);
      expect(split?.others).toEqual(all.filter((one) => !relevant.includes(one)));
    },
  );

  it('returns nothing for an unobserved or an unselected container', () => {
    const split = new RelevanceSplit();

    expect(split.of(scanOf([zlib]), container({ name: 'unwatched' }))).toBeUndefined();
    expect(split.of(imageScan({ findings: all }), main)).toBeUndefined();
  });

  it('keeps containers and images apart across calls', () => {
    const split = new RelevanceSplit();
    const [first, second] = [scanOf([zlib]), scanOf([bare])];

    expect(split.of(first, main)?.relevant).toEqual([zlib]);
    expect(split.of(first, container())).toBeUndefined();
    expect(split.of(first, main)?.relevant).toEqual([zlib]);
    expect(split.of(second, main)?.relevant).toEqual([bare]);
    expect(split.of(first, main)?.relevant).toEqual([zlib]);
  });

  it('reads the findings of an image once for all its containers', () => {
    let asked = 0;
    const scan = {
      ...scanOf([zlib]),
      relevantFindings: () => [zlib],
      get findings() {
        asked++;
        return all;
      },
    };
    const split = new RelevanceSplit();
    for (let index = 0; index < 3; index++) split.of(scan, container());

    expect(asked).toBe(1);
  });
});

interface SplitCase {
  readonly loaded: readonly Finding[];
  readonly relevant: readonly Finding[];
}

const main = container();

function scanOf(loaded: readonly Finding[]) {
  return {
    ...imageScan({ findings: all, containers: [main] }),
    relevantFindings: (asked: typeof main) => (asked === main ? loaded : undefined),
  };
}
