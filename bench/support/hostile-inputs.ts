const MIB = 2 ** 20;

/** A file that is cheap to write and expensive to read. */
export interface HostileInput {
  readonly what: string;
  readonly name: string;
  readonly content: () => string;
}

export const hostileInputs: readonly HostileInput[] = [
  json('1 MiB of invalid matches', () => fill('{"source":{},"matches":[{}', ',{}', 1)),
  json('60 MiB of invalid matches', () => fill('{"source":{},"matches":[{}', ',{}', 60)),
  json('60 MiB of empty scores in one match', () => fill(`${oneMatch}"cvss":[{}`, ',{}', 60)),
  json('60 MiB of fixed versions in one match', () =>
    fill(`${oneMatch}"fix":{"versions":["1"`, ',"1"', 60),
  ),
  json('60 MiB of keys in one object', manyKeys),
  json('60 MiB with one key again and again', () => fill('{"matches":[]', ',"matches":[]', 60)),
  json('1 MiB of documents that are not results', () => fill('[{}', ',{}', 1)),
  json('60 MiB of documents that are not results', () => fill('[{}', ',{}', 60)),
  json('30 million opening brackets', () => '['.repeat(30e6)),
  json('a number of 60 million digits', () => `{"kind":${'9'.repeat(60e6)}}`),
  json('a kind of 30 MB', () => `{"kind":"${'K'.repeat(30e6)}"}`),
  json('a vulnerability ID of 60 MB', () => `${oneMatch}"x":"${'C'.repeat(60e6)}"}}],"source":{}}`),
  { what: '8 MiB of broken lines', name: 'a.ndjson', content: () => fill('{', '\n{', 8) },
  yaml('a flow list of 1 MiB', () => `${fill('matches: [a', ',a', 1)}]`),
  yaml('a flow list of 4 MiB', () => `${fill('matches: [a', ',a', 4)}]`),
  yaml('a block list of 16 MiB', () => fill('- a', '\n- a', 15.9)),
  yaml('16 MiB of comments', () => fill('kind: x', '\n#', 15.9)),
  yaml('60 MiB of document markers', () => fill('---', '\n---', 60)),
  yaml('aliases of a large list', manyAliases),
  yaml('aliases that grow exponentially', aliasBomb),
];

/** For comparison. */
export const validInputs: readonly HostileInput[] = [
  json('a valid scan of 1 MiB', () => validScan(1)),
  json('a valid scan of 16 MiB', () => validScan(16)),
  json('a valid scan of 60 MiB', () => validScan(60)),
  yaml('a valid scan of 4 MiB', () => `---\n${validScan(4)}`),
];

const oneMatch =
  '{"matches":[{"artifact":{"name":"a"},"vulnerability":{"id":"a","severity":"High",';

function json(what: string, content: () => string): HostileInput {
  return { what, name: 'a.json', content };
}

function yaml(what: string, content: () => string): HostileInput {
  return { what: `YAML: ${what}`, name: 'a.yaml', content };
}

function fill(start: string, unit: string, mebibytes: number): string {
  return `${start}${unit.repeat((mebibytes * MIB - start.length) / unit.length)}${endOf(start)}`;
}

/** Closes the brackets that a text opens. */
function endOf(start: string): string {
  if (!start.startsWith('{"') && !start.startsWith('[')) return '';
  let ends = '';
  for (const character of start.replaceAll(/"[^"]*"/g, '')) {
    if (character === '{') ends = `}${ends}`;
    else if (character === '[') ends = `]${ends}`;
    else if (/[}\]]/.test(character)) ends = ends.slice(1);
  }
  return ends;
}

function manyKeys(): string {
  const keys = Array.from({ length: 5_000_000 }, (_, index) => `"k${index}":1`);
  return `{"source":{},"matches":[],${keys.join(',')}}`;
}

function manyAliases(): string {
  const scores = '{metrics: {baseScore: 1}},'.repeat(40_000);
  const matches = Array.from(
    { length: 90 },
    () => '- {vulnerability: {id: CVE-1, severity: High, cvss: *c}, artifact: {name: a}}\n',
  );
  return `c: &c [${scores}]\nsource: {}\nmatches:\n${matches.join('')}`;
}

function aliasBomb(): string {
  const lists = Array.from(
    { length: 30 },
    (_, index) => `a${index + 1}: &a${index + 1} [${`*a${index}, `.repeat(9)}]\n`,
  );
  return `a0: &a0 [x]\n${lists.join('')}`;
}

function validScan(mebibytes: number): string {
  const match = JSON.stringify({
    vulnerability: {
      id: 'CVE-2024-1',
      severity: 'High',
      description: 'A description of ordinary length. '.repeat(12),
      cvss: [{ version: '3.1', metrics: { baseScore: 9.8 }, vector: 'CVSS:3.1/AV:N/AC:L' }],
      fix: { versions: ['1.2.3'], state: 'fixed' },
    },
    matchDetails: [{ type: 'exact-direct-match', found: { versionConstraint: '< 1.2.3' } }],
    artifact: { name: 'openssl', version: '1.1.1', type: 'deb', cpes: ['cpe:2.3:a:o:o:1.1.1'] },
  });
  const matches = Array.from({ length: (mebibytes * MIB) / match.length }, () => match);
  return `{"source":{"target":{"userInput":"a:1"}},"matches":[${matches.join(',')}]}`;
}
