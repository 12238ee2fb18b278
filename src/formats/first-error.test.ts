import { describe, expect, it } from 'vitest';
import * as z from 'zod';

import { dictionary, list } from './first-error.ts';
import { FormatError } from './format-error.ts';
import { readScanResult } from './scan-result.ts';

describe('list', () => {
  const Names = z.object({ names: list(z.object({ name: z.string() })) });

  it('returns the checked elements', () => {
    const names = [{ name: 'a', more: 1 }, { name: 'b' }];

    expect(Names.parse({ names })).toEqual({ names: [{ name: 'a' }, { name: 'b' }] });
  });

  it('reports only the first invalid element', () => {
    const { error } = Names.safeParse({
      names: [{ name: 'a' }, ...Array.from({ length: 100_000 }, () => ({}))],
    });

    expect(error?.issues).toMatchObject([{ path: ['names', 1, 'name'] }]);
  });
});

describe('dictionary', () => {
  const Counts = z.object({ counts: dictionary(z.number()) });

  it('returns the checked values, and leaves out a prototype', () => {
    const counts: unknown = JSON.parse('{"a":1,"__proto__":2,"constructor":3}');

    expect(Object.entries(Counts.parse({ counts }).counts)).toEqual([
      ['a', 1],
      ['constructor', 3],
    ]);
  });

  it('reports only the first invalid value', () => {
    const { error } = Counts.safeParse({ counts: { a: 1, b: 'x', c: 'x' } });

    expect(error?.issues).toMatchObject([{ path: ['counts', 'b'] }]);
  });
});

const good = { vulnerability: { id: 'CVE-1' }, artifact: { name: 'a' } };

describe('a scan result with an invalid element', () => {
  it.each`
    what                   | document                                                                                                                 | place
    ${'a match'}           | ${{ matches: [good, {}, {}], source: {} }}                                                                               | ${'matches[1].vulnerability: expected an object, found nothing'}
    ${'a score'}           | ${{ matches: [{ ...good, vulnerability: { id: '', cvss: [{}, 5, 5] } }], source: {} }}                                   | ${'matches[0].vulnerability.cvss[1]: expected an object, found a number'}
    ${'a match detail'}    | ${{ matches: [{ ...good, matchDetails: [5, 5] }], source: {} }}                                                          | ${'matches[0].matchDetails[0]: expected an object, found a number'}
    ${'a fixed version'}   | ${{ matches: [{ ...good, vulnerability: { id: '', fix: { versions: ['1', 2, 3] } } }], source: {} }}                     | ${'matches[0].vulnerability.fix.versions[1]: expected text, found a number'}
    ${'an annotation'}     | ${{ kind: 'VulnerabilityManifest', metadata: { annotations: { a: 1, b: 2 } }, spec: {} }}                                | ${'metadata.annotations.a: expected text, found a number'}
    ${'a posture control'} | ${{ kind: 'WorkloadConfigurationScan', metadata: {}, spec: { controls: { 'C-1': 1, 'C-2': 2 }, relatedObjects: null } }} | ${'spec.controls.C-1: expected an object, found a number'}
  `('names the place of $what', ({ document, place }: { document: object; place: string }) => {
    expect(() => readScanResult(document)).toThrow(FormatError);
    expect(() => readScanResult(document)).toThrow(place);
  });
});
