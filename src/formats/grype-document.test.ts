import { describe, expect, it } from 'vitest';

import type { Finding } from '../model/finding.ts';
import { severities } from '../model/severity.ts';
import { type Findings, GrypeDocument, readFindings } from './grype-document.ts';

type Raw = Readonly<Record<string, unknown>>;

const artifact = { name: 'openssl', version: '3.0.11', type: 'deb', purl: 'pkg:deb/openssl@3' };
const vulnerability = {
  id: 'CVE-2025-1',
  severity: 'High',
  fix: { versions: ['3.1'], state: 'fixed' },
};

describe('readFindings', () => {
  it('reads every field of a finding', () => {
    const match = createMatch({
      description: 'remote code execution',
      cvss: [{ version: '3.1', vector: 'CVSS:3.1/…', metrics: { baseScore: 9.8 } }],
    });

    expect(readAll([match])).toEqual({
      findings: [
        {
          id: 'CVE-2025-1',
          severity: 'High',
          packageName: 'openssl',
          packageVersion: '3.0.11',
          packageType: 'deb',
          packageUrl: 'pkg:deb/openssl@3',
          fixedVersion: '3.1',
          fixable: true,
          remoteCodeExecution: true,
          cvssScore: 9.8,
        },
      ],
      unknownSeverities: 0,
    });
  });

  it('reads a match that has only an ID and a package name', () => {
    const matches = [{ vulnerability: { id: 'CVE-2025-2' }, artifact: { name: 'a' } }];

    expect(readAll(matches)).toEqual({
      findings: [
        {
          id: 'CVE-2025-2',
          severity: 'Unknown',
          packageName: 'a',
          packageVersion: '',
          packageType: '',
          packageUrl: '',
          fixedVersion: '',
          fixable: false,
          remoteCodeExecution: false,
          cvssScore: 0,
        },
      ],
      unknownSeverities: 0,
    });
  });

  it.each([null, undefined, []])('returns no findings for %o', (matches) => {
    expect(readAll(matches)).toEqual({ findings: [], unknownSeverities: 0 });
  });

  it("treats Go's nil slices as empty lists", () => {
    const match = {
      vulnerability: {
        id: 'CVE-2025-1',
        cvss: null,
        urls: null,
        fix: { versions: null, state: '' },
      },
      relatedVulnerabilities: null,
      matchDetails: null,
      artifact: { ...artifact, locations: null, upstreams: null },
    };

    expect(only(match)).toMatchObject({ fixable: false, fixedVersion: '', cvssScore: 0 });
  });

  it('keeps every match, even if packages share a vulnerability', () => {
    const matches = ['a', 'b', 'a'].map((name) => ({ vulnerability, artifact: { name } }));

    expect(readAll(matches).findings.map(({ packageName }) => packageName)).toEqual([
      'a',
      'b',
      'a',
    ]);
  });

  it('leaves out suppressed matches', () => {
    const document = { matches: [], ignoredMatches: [createMatch({})] };

    expect(readFindings(GrypeDocument.parse(document)).findings).toEqual([]);
  });

  it.each(severities)('reads the severity %s', (severity) => {
    expect(readAll([createMatch({ severity: severity.toUpperCase() })])).toMatchObject({
      findings: [{ severity }],
      unknownSeverities: 0,
    });
  });

  it('maps unknown severities to Unknown and counts them', () => {
    const matches = ['Moderate', 'High', 'Important'].map((severity) => createMatch({ severity }));

    const { findings, unknownSeverities } = readAll(matches);

    expect(findings.map(({ severity }) => severity)).toEqual(['Unknown', 'High', 'Unknown']);
    expect(unknownSeverities).toBe(2);
  });

  it.each(['', undefined])('treats the severity %o as missing', (severity) => {
    expect(readAll([createMatch({ severity })])).toMatchObject({
      findings: [{ severity: 'Unknown' }],
      unknownSeverities: 0,
    });
  });

  it.each`
    what                          | cvss                                 | score
    ${'one score'}                | ${[{ metrics: { baseScore: 5.5 } }]} | ${5.5}
    ${'several scores'}           | ${[5.5, 9.8, 7.1].map(toCvss)}       | ${9.8}
    ${'scores of 0'}              | ${[0, 0].map(toCvss)}                | ${0}
    ${'an entry without metrics'} | ${[{ version: '4.0' }, toCvss(3.1)]} | ${3.1}
    ${'null metrics'}             | ${[{ metrics: null }]}               | ${0}
    ${'an empty list'}            | ${[]}                                | ${0}
    ${'null'}                     | ${null}                              | ${0}
    ${'nothing'}                  | ${undefined}                         | ${0}
  `('reads the score $score from $what', ({ cvss, score }: { cvss: unknown; score: number }) => {
    expect(only(createMatch({ cvss })).cvssScore).toBe(score);
  });

  it.each`
    what                                             | own           | related                                             | rce
    ${'its own description'}                         | ${'an RCE'}   | ${[{ description: 'harmless' }]}                    | ${true}
    ${'its own description, not a related one'}      | ${'harmless'} | ${[{ description: 'an RCE' }]}                      | ${false}
    ${'a related description if its own is missing'} | ${undefined}  | ${[{ description: 'an RCE' }]}                      | ${true}
    ${'a related description if its own is empty'}   | ${''}         | ${[{ description: 'an RCE' }]}                      | ${true}
    ${'only the first related description'}          | ${''}         | ${[{ description: '' }, { description: 'an RCE' }]} | ${false}
    ${'a related entry without description'}         | ${''}         | ${[{ id: 'CVE-2025-1' }]}                           | ${false}
    ${'no related entries'}                          | ${''}         | ${[]}                                               | ${false}
  `('looks for remote code execution in $what', ({ own, related, rce }: DescriptionCase) => {
    const match = { ...createMatch({ description: own }), relatedVulnerabilities: related };

    expect(only(match).remoteCodeExecution).toBe(rce);
  });

  it.each`
    versions           | fixedVersion
    ${['1.2']}         | ${'1.2'}
    ${['1.2', '2.0']}  | ${'1.2,2.0'}
    ${[]}              | ${''}
    ${['']}            | ${''}
    ${['', '1.2', '']} | ${'1.2'}
  `('joins the fixed versions $versions', ({ versions, fixedVersion }: VersionCase) => {
    expect(only(createMatch({ fix: { versions } })).fixedVersion).toBe(fixedVersion);
  });

  it.each`
    what                             | match
    ${'no ID'}                       | ${{ vulnerability: {}, artifact }}
    ${'no package'}                  | ${{ vulnerability }}
    ${'a score that is a string'}    | ${createMatch({ cvss: [{ metrics: { baseScore: '9.8' } }] })}
    ${'a severity that is a number'} | ${createMatch({ severity: 9 })}
  `('rejects a match with $what', ({ match }: { match: unknown }) => {
    expect(GrypeDocument.safeParse({ matches: [match] }).success).toBe(false);
  });
});

interface DescriptionCase {
  readonly own: string | undefined;
  readonly related: readonly Raw[];
  readonly rce: boolean;
}

interface VersionCase {
  readonly versions: readonly string[];
  readonly fixedVersion: string;
}

function createMatch(fields: Raw): Raw {
  return { vulnerability: { ...vulnerability, ...fields }, artifact };
}

function toCvss(baseScore: number): Raw {
  return { version: '3.1', metrics: { baseScore } };
}

function readAll(matches: unknown): Findings {
  return readFindings(GrypeDocument.parse({ matches }));
}

function only(match: Raw): Finding {
  const [finding, second] = readAll([match]).findings;
  if (finding === undefined || second !== undefined) throw new Error('expected one finding');
  return finding;
}
