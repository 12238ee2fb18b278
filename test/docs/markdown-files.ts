import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

const leftOut = new Set(['node_modules', 'dist', 'coverage', '.cache', '.git']);

/** All Markdown files of the project, by their path in it. */
export const markdownFiles: readonly string[] = readdirSync(root, {
  recursive: true,
  withFileTypes: true,
})
  .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
  .map((entry) => relative(root, join(entry.parentPath, entry.name)))
  .filter((path) => !path.split('/').some((part) => leftOut.has(part)))
  .toSorted();

export function readMarkdown(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** The text without blocks of code, where brackets are no links and `#` begins no heading. */
export function withoutCode(text: string): string {
  return text.replaceAll(/^( *)(```+)[^\n]*\n[\s\S]*?^\1\2$/gm, '');
}

/** Anchors that GitHub makes of the headings. */
export function anchorsOf(text: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const anchors = Array.from(
    withoutCode(text).matchAll(/^#{1,6} +(.+?) *$/gm),
    ([, title = '']) => {
      const slug = title
        .toLowerCase()
        .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(/\s/g, '-');
      const count = seen.get(slug) ?? 0;
      seen.set(slug, count + 1);
      return count === 0 ? slug : `${slug}-${count}`;
    },
  );
  return new Set(anchors);
}

export interface ShellBlock {
  readonly path: string;
  /** Of the first command. */
  readonly line: number;
  readonly text: string;
  /** What the comment before it says: `run`, or `not run: why`; empty without one. */
  readonly marker: string;
}

/** Blocks of commands, with the comment before them. */
export function shellBlocksOf(path: string): ShellBlock[] {
  const text = readMarkdown(path);
  const blocks = text.matchAll(
    /(?:^<!-- ((?:not )?run\b[^\n]*?) -->\n+)?^```sh\n([\s\S]*?)^```$/gm,
  );
  return Array.from(blocks, ({ index, 0: whole, 1: marker = '', 2: commands = '' }) => ({
    path,
    line: text.slice(0, index + whole.indexOf('```sh')).split('\n').length + 1,
    text: commands,
    marker,
  }));
}
