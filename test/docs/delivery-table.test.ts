import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/delivery.md'), 'utf8');

interface NamedTest {
  readonly id: string;
  readonly file: string;
  /** The beginning of its title, behind the ids. */
  readonly name: string;
}

const rows = page.matchAll(/^\| ([EHOPS]\d+) +\|([^|]+)\|([^|]+)\|$/gm);
const named = Array.from(rows).flatMap(([, id = '', , tests = '']): NamedTest[] =>
  tests.split('<br>').map((test) => {
    const [, file = '', name = ''] = /`([^`]+)`: (.+?) *$/.exec(test) ?? [];
    return { id, file, name };
  }),
);

/** Nothing else may be left out: what is missing here is not promised. */
const ids = [
  ...numbered('E', 14),
  ...numbered('H', 15),
  ...numbered('O', 10),
  ...numbered('P', 8),
  ...numbered('S', 12),
];

describe('the table in docs/delivery.md', () => {
  it.each(ids)('has a row for %s, with a test', (id) => {
    expect(named.some((one) => one.id === id && one.file !== '')).toBe(true);
  });

  it('has no other rows', () => {
    expect([...new Set(named.map(({ id }) => id))].filter((id) => !ids.includes(id))).toEqual([]);
  });

  it.each(named)('$id: $file: $name', ({ id, file, name }) => {
    expect(existsSync(join(root, file))).toBe(true);
    const titles = titlesOf(readFileSync(join(root, file), 'utf8'));

    const matching = titles.filter(
      ({ text, ids: own }) => own.includes(id) && text.startsWith(name),
    );
    expect(name).not.toBe('');
    expect(matching).not.toEqual([]);
  });
});

interface Title {
  readonly ids: readonly string[];
  readonly text: string;
}

/** Of the tests and groups of a file: what begins with ids and a colon. */
function titlesOf(source: string): Title[] {
  const quoted = source.matchAll(/(['`])([EHOPS]\d+(?:, [EHOPS]\d+)*): (.*?)\1/g);
  return Array.from(quoted, ([, , own = '', text = '']) => ({ ids: own.split(', '), text }));
}

function numbered(letter: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${letter}${index + 1}`);
}
