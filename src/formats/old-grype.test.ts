import { describe, expect, it } from 'vitest';

import { readScanResult } from './scan-result.ts';

const artifact = { name: 'a', version: '1', type: 'deb' };
const rest = { source: { type: 'image' }, distro: {} };
const descriptor = { name: 'grype', version: '0.7.0' };

describe('readScanResult, with a document of Grype 0.7', () => {
  it.each`
    what                     | match
    ${'details as one'}      | ${{ vulnerability: { id: 'CVE-1' }, matchDetails: { matcher: 'dpkg-matcher' }, artifact }}
    ${'a fixed version'}     | ${{ vulnerability: { id: 'CVE-1', fixedInVersion: '2' }, matchDetails: [], artifact }}
    ${'scores by version 2'} | ${{ vulnerability: { id: 'CVE-1', cvssV2: { baseScore: 4 } }, artifact }}
    ${'scores by version 3'} | ${{ vulnerability: { id: 'CVE-1', cvssV3: { baseScore: 4 } }, artifact }}
  `('rejects $what and names the version', ({ match }: { match: object }) => {
    const document = { matches: [match], ...rest };

    expect(() => readScanResult({ ...document, descriptor })).toThrow(
      'scan image document: written by Grype, version 0.7.0, in a format that is no longer read',
    );
    expect(() => readScanResult(document)).toThrow('written by Grype, an early version');
  });

  it('does not quote a version that does not look like one', () => {
    const match = { vulnerability: { id: 'CVE-1', fixedInVersion: '2' }, artifact };
    const named = { matches: [match], ...rest, descriptor: { version: 'a\nb'.repeat(9999) } };

    expect(() => readScanResult(named)).toThrow('written by Grype, an early version');
  });

  it('reads a document without matches, because it is the same in every version', () => {
    expect(readScanResult({ matches: [], ...rest, descriptor })).toMatchObject({ type: 'image' });
  });
});
