import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Finding } from '../model/finding.ts';
import { severities } from '../model/severity.ts';
import { FindingStore } from './finding-store.ts';

/** Repeats some texts often, so that findings share them. */
const text = fc.oneof(fc.constantFrom('', 'openssl', 'CVE-2025-1'), fc.string({ unit: 'binary' }));

const finding: fc.Arbitrary<Finding> = fc.record({
  id: text,
  severity: fc.constantFrom(...severities),
  packageName: text,
  packageVersion: text,
  packageType: text,
  packageUrl: text,
  fixedVersion: text,
  fixable: fc.boolean(),
  remoteCodeExecution: fc.boolean(),
  cvssScore: fc.nat({ max: 100 }).map((tenths) => tenths / 10),
});

describe('FindingStore', () => {
  it('returns the findings of each image unchanged', () => {
    fc.assert(
      fc.property(fc.array(fc.array(finding)), (images) => {
        const store = new FindingStore();

        const stored = images.map((findings) => store.add(findings));

        expect(stored.map((words) => store.get(words))).toEqual(images);
      }),
    );
  });

  it('stores each finding once, in whatever order images contain it', () => {
    const pool = fc.uniqueArray(finding, { selector: (one) => JSON.stringify(one) });
    fc.assert(
      fc.property(
        pool.chain((all) => fc.tuple(fc.constant(all), fc.array(fc.shuffledSubarray(all)))),
        ([all, images]) => {
          const store = new FindingStore();

          const stored = [all, ...images, all].map((findings) => store.add(findings));

          expect(store.all).toEqual(all);
          expect(stored.map((words) => store.get(words))).toEqual([all, ...images, all]);
        },
      ),
    );
  });

  it('takes 4 bytes per finding of an image', () => {
    const [sample] = fc.sample(finding, 1);
    const findings = Array.from({ length: 1000 }, () => sample).flatMap((one) => one ?? []);

    expect(new FindingStore().add(findings).byteLength).toBe(4000);
  });

  it.each`
    score       | stored
    ${9.84}     | ${9.8}
    ${9.86}     | ${9.9}
    ${-1}       | ${0}
    ${11}       | ${10}
    ${Infinity} | ${10}
  `('stores the CVSS score $score as $stored', ({ score, stored }: ScoreCase) => {
    const store = new FindingStore();
    const findings = fc.sample(finding, 1).map((one) => ({ ...one, cvssScore: score }));

    expect(store.get(store.add(findings))).toEqual(
      findings.map((one) => ({ ...one, cvssScore: stored })),
    );
  });
});

interface ScoreCase {
  readonly score: number;
  readonly stored: number;
}
