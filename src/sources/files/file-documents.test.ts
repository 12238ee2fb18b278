import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { withStdin } from '../../../test/support/cli/stand-in-stdin.ts';
import type { DocumentLimits, FileDocument } from './file-document.ts';
import { readFileDocuments } from './file-documents.ts';

const BOM = '\u{feff}';
const utf16 = Buffer.from(
  `${BOM}{"ä":"😀"}
[2]`,
  'utf16le',
);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'file-documents-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Given {
  readonly name?: string | undefined;
  readonly bytes: string | Uint8Array;
  readonly limits?: Partial<DocumentLimits>;
}

interface ValuesCase extends Given {
  readonly values: readonly unknown[];
}

interface ProblemCase extends Given {
  readonly problem: string;
}

describe('readFileDocuments', () => {
  it.each`
    what                                        | name           | bytes                                       | values
    ${'a JSON document'}                        | ${'a.json'}    | ${'{"a":1}'}                                | ${['1 {"a":1}']}
    ${'several JSON documents'}                 | ${'a.json'}    | ${'{"a":1}\n{"a":2}'}                       | ${['1 {"a":1}', '2 {"a":2}']}
    ${'JSON after white space'}                 | ${'a.json'}    | ${'\n \t[1,\n2]'}                           | ${['2 1', '3 2']}
    ${'the items of a list'}                    | ${'a.json'}    | ${'{"items":[{"a":1}],"kind":"List"}'}      | ${['1 {"a":1}', '1 {"items":[],"kind":"List"}']}
    ${'JSON with a byte order mark'}            | ${'a.json'}    | ${`${BOM}{"a":1}`}                          | ${['1 {"a":1}']}
    ${'JSON in gzip'}                           | ${'a.json.gz'} | ${gzipSync('{"a":1}')}                      | ${['1 {"a":1}']}
    ${'JSON with another file extension'}       | ${'dump.txt'}  | ${'{"a":1}'}                                | ${['1 {"a":1}']}
    ${'JSON with a YAML extension'}             | ${'a.yaml'}    | ${'{"a":1}\n{"a":2}'}                       | ${['1 {"a":1}', '2 {"a":2}']}
    ${'lines of JSON'}                          | ${'a.ndjson'}  | ${'{"a":1}\n{"a":2}\n'}                     | ${['1 {"a":1}', '2 {"a":2}']}
    ${'a YAML document'}                        | ${'a.yaml'}    | ${'a: 1\n'}                                 | ${['1 {"a":1}']}
    ${'several YAML documents'}                 | ${'a.yml'}     | ${'a: 1\n---\na: 2\n'}                      | ${['1 {"a":1}', '2 {"a":2}']}
    ${'YAML with a byte order mark'}            | ${'a.yaml'}    | ${`${BOM}a: 1\n`}                           | ${['1 {"a":1}']}
    ${'YAML with a byte order mark before ---'} | ${'a.yaml'}    | ${`${BOM}---\na: 1\n`}                      | ${['1 {"a":1}']}
    ${'a YAML list of documents'}               | ${'a.yaml'}    | ${'- a: 1\n- a: 2\n'}                       | ${['1[0] {"a":1}', '1[1] {"a":2}']}
    ${'a list as a YAML document of several'}   | ${'a.yaml'}    | ${'a: 0\n---\n- a: 1\n'}                    | ${['1 {"a":0}', '2[0] {"a":1}']}
    ${'two byte order marks'}                   | ${'a.json'}    | ${`${BOM}${BOM}{"a":1}`}                    | ${['1 {"a":1}']}
    ${'concatenated files with marks'}          | ${'a.json'}    | ${`${BOM}{"a":1}\n${BOM}{"a":2}${BOM}[3]`}  | ${['1 {"a":1}', '2 {"a":2}', '2 3']}
    ${'concatenated lines with marks'}          | ${'a.jsonl'}   | ${`${BOM}{"a":1}\n${BOM}{"a":2}`}           | ${['1 {"a":1}', '2 {"a":2}']}
    ${'concatenated YAML with marks'}           | ${'a.yaml'}    | ${`${BOM}---\na: 1\n${BOM}---\na: 2\n`}     | ${['1 {"a":1}', '3 {"a":2}']}
    ${'UTF-16'}                                 | ${'a.json'}    | ${utf16}                                    | ${['1 {"ä":"😀"}', '2 2']}
    ${'big-endian UTF-16'}                      | ${'a.json'}    | ${Buffer.from(utf16).swap16()}              | ${['1 {"ä":"😀"}', '2 2']}
    ${'UTF-16 in gzip'}                         | ${'a.json.gz'} | ${gzipSync(utf16)}                          | ${['1 {"ä":"😀"}', '2 2']}
    ${'YAML in UTF-16'}                         | ${'a.yaml'}    | ${Buffer.from(`${BOM}a: 1\r\n`, 'utf16le')} | ${['1 {"a":1}']}
    ${'YAML in gzip'}                           | ${'A.YAML.GZ'} | ${gzipSync('a: 1\n')}                       | ${['1 {"a":1}']}
    ${'non-ASCII text'}                         | ${'a.json'}    | ${'{"ä":"😀"}'}                             | ${['1 {"ä":"😀"}']}
  `('reads $what', async ({ name, bytes, values }: ValuesCase) => {
    expect(await read({ name, bytes })).toEqual(values);
  });

  it.each`
    what                       | name        | bytes                             | problem
    ${'an empty file'}         | ${'a.json'} | ${''}                             | ${'empty: the file is empty'}
    ${'empty gzip data'}       | ${'a.gz'}   | ${gzipSync('')}                   | ${'empty: the file is empty'}
    ${'bytes of no encoding'}  | ${'a.json'} | ${Buffer.from([0xff, 0x00])}      | ${'binary: a binary file, not JSON or YAML'}
    ${'half of UTF-16'}        | ${'a.json'} | ${utf16.subarray(0, 21)}          | ${'1 truncated: ends in the middle of a document'}
    ${'a binary file'}         | ${'a.yaml'} | ${'PK\u0003\u0004\u0000'}         | ${'binary: a binary file, not JSON or YAML'}
    ${'truncated gzip'}        | ${'a.gz'}   | ${gzipSync('{}').subarray(0, -4)} | ${'truncated: the gzip data ends too early'}
    ${'text that is not JSON'} | ${'a.json'} | ${'hello'}                        | ${'1 invalid_json: expected a JSON object or list, found "hello"'}
    ${'truncated JSON'}        | ${'a.json'} | ${'\n{"a":'}                      | ${'2 truncated: ends in the middle of a document'}
    ${'invalid YAML'}          | ${'a.yaml'} | ${'a: "b'}                        | ${'1 invalid_yaml: unexpected end of the stream within a double quoted scalar at line 2, column 1'}
  `('describes the problem of $what', async ({ name, bytes, problem }: ProblemCase) => {
    expect((await read({ name, bytes })).at(-1)).toBe(problem);
  });

  it('returns the documents before the end of truncated gzip', async () => {
    const line = '{"a":1}\n';
    const packed = gzipSync(line.repeat(200_000), { level: 0 });

    const documents = await read({ bytes: packed.subarray(0, packed.length / 2) });

    expect(documents.length).toBeGreaterThan(50_000);
    expect(documents.at(-1)).toBe('truncated: the gzip data ends too early');
  });

  it('reports a missing file', async () => {
    expect(await readPath(join(folder, 'gone.json'), {})).toEqual(['unreadable: does not exist']);
  });

  it.each`
    what                 | name        | bytes                               | problem
    ${'a JSON document'} | ${'a.json'} | ${`{"a":"${'x'.repeat(2 ** 21)}"}`} | ${'1 too_large: larger than 1 MiB; raise max_document_size to read it'}
    ${'a YAML document'} | ${'a.yaml'} | ${`a: ${'x'.repeat(2 ** 21)}`}      | ${'1 too_large: larger than the limit of 1 MiB for YAML; save it as JSON'}
  `('skips $what that exceeds the size limit', async ({ name, bytes, problem }: ProblemCase) => {
    expect(await read({ name, bytes, limits: { maxDocumentBytes: 2 ** 20 } })).toEqual([problem]);
  });

  it('skips a document that is nested too deep', async () => {
    const bytes = `${'['.repeat(9)}${']'.repeat(9)}`;

    expect(await read({ bytes, limits: { maxDepth: 5 } })).toEqual([
      '1 too_deep: nested more than 5 levels deep',
    ]);
  });

  it('ends without a problem on abort', async () => {
    const path = join(folder, 'a.json');
    writeFileSync(path, '{}');

    await expect(readPath(path, {}, AbortSignal.abort())).rejects.toThrow(/aborted/);
  });

  it('shows a YAML limit of less than 1 MiB in bytes', async () => {
    const [problem] = await read({
      name: 'a.yaml',
      bytes: `a: ${'x'.repeat(2000)}`,
      limits: { maxDocumentBytes: 1024 },
    });

    expect(problem).toBe(
      '1 too_large: larger than the limit of 1024 bytes for YAML; save it as JSON',
    );
  });

  // A YAML stream may contain documents of only comments and may end with a marker.
  it.each(['a: 1\n---\n', '# head\n---\na: 1\n', '---\n---\na: 1\n', 'a: 1\n...\n# end\n'])(
    'ignores the empty YAML document in %o',
    async (bytes) => {
      expect((await read({ name: 'a.yaml', bytes })).map(withoutPlace)).toEqual(['{"a":1}']);
    },
  );

  it.each([' \n', BOM, `${BOM}\r\n\t`])('reports a file of %o as empty', async (bytes) => {
    expect(await read({ bytes })).toEqual(['empty: the file is empty']);
    expect(await read({ name: 'a.yaml', bytes })).toEqual(['empty: the file is empty']);
  });

  it('stops reading a file that starts with too much white space', async () => {
    const bytes = `${' '.repeat(2 ** 21)}{}`;

    expect(await read({ bytes })).toEqual([
      'empty: the file starts with more than 1 MiB of white space',
    ]);
  });

  it.each`
    what                              | bytes                                        | values
    ${'JSON after white space'}       | ${' \n\n{"a":1}'}                            | ${['3 {"a":1}']}
    ${'a JSON list'}                  | ${'\t[1,\n2]'}                               | ${['1 1', '2 2']}
    ${'a JSON text sequence'}         | ${'\u001e{"a":1}\n\u001e{"a":2}\n'}          | ${['1 {"a":1}', '2 {"a":2}']}
    ${'JSON after a byte order mark'} | ${`${BOM} {"a":1}`}                          | ${['1 {"a":1}']}
    ${'YAML after a byte order mark'} | ${`${BOM}%YAML 1.2\n---\na: 1\n---\na: 2\n`} | ${['1 {"a":1}', '4 {"a":2}']}
    ${'YAML after white space'}       | ${'\n\n  a: 1\n  b: 2\n'}                    | ${['1 {"a":1,"b":2}']}
    ${'JSON after text'}              | ${'Scanning: several images\nok\n{"a":1}\n'} | ${['1 invalid_json: expected a JSON object or list, found "Scanning: several im"', '3 {"a":1}']}
    ${'nothing'}                      | ${'\n \n'}                                   | ${['empty: the file is empty']}
  `('reads $what from a pipe in chunks of any size', async ({ bytes, values }: ValuesCase) => {
    for (const chunk of [1, 2, 3, 100]) {
      const documents = withStdin(createPipe(bytes, chunk), async () => readPath('-', {}));

      expect(await documents).toEqual(values);
    }
  });
});

function createPipe(bytes: string | Uint8Array, chunk: number): Readable {
  const all = Buffer.from(bytes);
  const count = Math.ceil(all.length / chunk);
  const chunks = Array.from({ length: count }, (_, n) => all.subarray(n * chunk, (n + 1) * chunk));
  return Readable.from(chunks, { objectMode: false });
}

/** Documents as `<line> <JSON>`, problems as `[<line> ]<reason>: <message>`. */
async function read({ name = 'a.json', bytes, limits = {} }: Given): Promise<string[]> {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return readPath(path, limits);
}

async function readPath(
  path: string,
  limits: Partial<DocumentLimits>,
  signal: AbortSignal = new AbortController().signal,
): Promise<string[]> {
  const documents = readFileDocuments(
    { path, isNamed: true },
    {
      limits: { maxDocumentBytes: 64 * 2 ** 20, maxDepth: 100, ...limits },
      progress: () => undefined,
      signal,
    },
  );
  const described: string[] = [];
  for await (const document of documents) described.push(describeDocument(document, path));
  return described;
}

function describeDocument(document: FileDocument, path: string): string {
  if (document.type === 'value') {
    return `${lineOf(document.where, path)}${JSON.stringify(document.value)}`;
  }
  const { where, reason, message } = document.report;
  return `${lineOf(where, path)}${reason}: ${message}`;
}

function lineOf(where: string, path: string): string {
  const name = path === '-' ? 'standard input' : path;
  expect(where.startsWith(name)).toBe(true);
  return where.slice(name.length).replace(/^:(\d+(?:\[\d+\])?)$/, '$1 ');
}

function withoutPlace(described: string): string {
  return described.replace(/^\d+ /, '');
}
