import { expect, it } from 'vitest';

import { estimateMemory } from './estimate-memory.ts';
import { parseJson } from './parse-document.ts';

it.each`
  json                | bytes
  ${'{}'}             | ${64}
  ${'[]'}             | ${48}
  ${'[1,2]'}          | ${72}
  ${'{"a":1}'}        | ${80}
  ${'"{[,:"'}         | ${0}
  ${'["a\\"[",{}]'}   | ${136}
  ${'["unterminated'} | ${48}
`('estimates $bytes bytes for $json', ({ json, bytes }: { json: string; bytes: number }) => {
  expect(estimateMemory(Buffer.from(json))).toBe(bytes);
});

it.each`
  what                  | json
  ${'empty objects'}    | ${`[${'{},'.repeat(4_000_000)}{}]`}
  ${'empty lists'}      | ${`[${'[],'.repeat(4_000_000)}{}]`}
  ${'numbers'}          | ${`[${'1,'.repeat(10_000_000)}1]`}
  ${'one large object'} | ${`{${Array.from({ length: 2_000_000 }, (_, key) => `"${key}":1`).join(',')}}`}
`('rejects a document with too many $what before it is parsed', ({ json }: { json: string }) => {
  expect(parseJson(Buffer.from(json))).toMatchObject({ reason: 'too_large' });
});

it('accepts a document of the maximum size that is as dense as scan results', () => {
  const match = `{"vulnerability":{"id":"CVE-2024-1","cvss":[{"metrics":{"baseScore":9.8}}],"fix":{"versions":["1"],"state":"fixed"}},"artifact":{"name":"openssl","version":"1.1.1","purl":"${'p'.repeat(300)}"}}`;
  const json = `{"matches":[${`${match},`.repeat((64 * 2 ** 20) / match.length - 10)}${match}]}`;

  expect(estimateMemory(Buffer.from(json))).toBeLessThan(192 * 2 ** 20);
});
