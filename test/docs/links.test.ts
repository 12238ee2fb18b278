import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { anchorsOf, markdownFiles, readMarkdown, root, withoutCode } from './markdown-files.ts';

interface Link {
  readonly path: string;
  readonly target: string;
}

const links = markdownFiles.flatMap((path): Link[] =>
  Array.from(withoutCode(readMarkdown(path)).matchAll(/\]\(([^()\s]+)\)/g), ([, target = '']) => ({
    path,
    target,
  })),
);
const relativeLinks = links.filter(({ target }) => !/^[a-z]+:/.test(target));

describe('links in Markdown', () => {
  it.each(relativeLinks)('$path leads to $target', ({ path, target }) => {
    const [file = '', anchor] = target.split('#');
    const found = file === '' ? path : join(dirname(path), file);

    expect(existsSync(join(root, found))).toBe(true);
    const anchors = anchor === undefined ? [] : [...anchorsOf(readMarkdown(found))];
    expect([undefined, ...anchors]).toContain(anchor);
  });

  it('use https', () => {
    const plain = links.filter(
      ({ target }) => /^[a-z]+:/.test(target) && !target.startsWith('https:'),
    );

    expect(plain.filter(({ target }) => !target.startsWith('mailto:'))).toEqual([]);
  });

  it('reach every page from the README', () => {
    const reached = new Set(['README.md']);
    for (const page of reached) {
      for (const { path, target } of relativeLinks) {
        const found = join(dirname(path), target.split('#')[0] ?? '');
        if (path === page && found.endsWith('.md')) reached.add(found);
      }
    }

    expect(markdownFiles.filter((path) => path.startsWith('docs/') && !reached.has(path))).toEqual(
      [],
    );
  });
});

describe('anchorsOf', () => {
  it('returns the anchors that GitHub creates', () => {
    const text =
      '# One, two\n## `code` in `it.`\n## One, two\n```sh\n# no heading\n```\n## [A](b.md) ÜB_er\n';

    expect([...anchorsOf(text)]).toEqual(['one-two', 'code-in-it', 'one-two-1', 'a-üb_er']);
  });
});
