import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { readMarkdown, root } from './markdown-files.ts';

interface Listed {
  readonly id: string;
  readonly file: string;
  readonly title: string;
}

/** Every promise needs a section on the page. */
const ids = [
  ...numbered('E', 14),
  ...numbered('H', 15),
  ...numbered('O', 10),
  ...numbered('P', 8),
  ...numbered('S', 12),
];

const listed = listedTests(readMarkdown('docs/contributing/delivery-tests.md'));

describe('docs/contributing/delivery-tests.md', () => {
  it.each(ids)('lists a test for %s', (id) => {
    expect(listed.filter((test) => test.id === id)).not.toEqual([]);
  });

  it('lists no other promises', () => {
    expect([...new Set(listed.map(({ id }) => id))].filter((id) => !ids.includes(id))).toEqual([]);
  });

  it('lists only tests that exist', () => {
    expect(listed.filter((test) => !exists(test))).toEqual([]);
  });
});

describe('exists', () => {
  const test = { id: 'H3', file: 'test/compliance/retries.test.ts', title: 'none of its titles' };

  it('notices a missing file', () => {
    expect(exists({ ...test, file: 'test/missing.test.ts' })).toBe(false);
  });

  it('notices a missing title', () => {
    expect(exists(test)).toBe(false);
  });
});

function listedTests(text: string): Listed[] {
  const found: Listed[] = [];
  let id = '';
  let file = '';
  for (const line of text.split('\n')) {
    id = /^### ([A-Z]\d+):/.exec(line)?.[1] ?? id;
    file = /^- `(.+)`$/.exec(line)?.[1] ?? file;
    const [, quoted, plain] = /^ {2}- (?:`` (.+) ``|`(.+)`)$/.exec(line) ?? [];
    const title = quoted ?? plain;
    if (title !== undefined) found.push({ id, file, title });
  }
  return found;
}

/** Whether the file has a title with that id. */
function exists({ id, file, title }: Listed): boolean {
  const path = join(root, file);
  if (!existsSync(path)) return false;
  return readFileSync(path, 'utf8')
    .split('\n')
    .some((line) => line.includes(`: ${title}`) && new RegExp(`['"\`, ]${id}[,:]`).test(line));
}

function numbered(letter: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${letter}${index + 1}`);
}
