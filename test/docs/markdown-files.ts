import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

const ignoredFolders = new Set(['node_modules', 'dist', 'coverage', '.cache', '.git']);

/** Paths of all Markdown files, relative to the root of the project. */
export const markdownFiles: readonly string[] = readdirSync(root, {
  recursive: true,
  withFileTypes: true,
})
  .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
  .map((entry) => relative(root, join(entry.parentPath, entry.name)))
  .filter((path) => !path.split('/').some((part) => ignoredFolders.has(part)))
  .toSorted();

export function readMarkdown(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** Removes code blocks, whose brackets and `#` are not links and headings. */
export function withoutCode(text: string): string {
  return text.replaceAll(/^( *)(```+)[^\n]*\n[\s\S]*?^\1\2$/gm, '');
}

/** Anchors that GitHub creates for the headings. */
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

export interface CodeBlock {
  readonly path: string;
  /** Line of its content, starting at 1. */
  readonly line: number;
  readonly text: string;
}

export interface ShellBlock extends CodeBlock {
  /** Text of the comment before the block: `run`, or `not run: reason`. Empty without a comment. */
  readonly marker: string;
}

const MARKER = /^<!-- ((?:not )?run\b[^\n]*?) -->\n+$/;

/** The shell commands of a page, with the comments before them. */
export function shellBlocksOf(path: string): ShellBlock[] {
  const text = readMarkdown(path);
  return findBlocks(text, 'sh', path).map(({ start, ...block }) => {
    const before = text.slice(text.lastIndexOf('<!-- ', start), start);
    return { ...block, marker: MARKER.exec(before)?.[1] ?? '' };
  });
}

/** The YAML documents of a page. */
export function yamlBlocksOf(path: string): CodeBlock[] {
  return findBlocks(readMarkdown(path), 'yaml', path);
}

interface FoundBlock extends CodeBlock {
  /** Offset of the opening fence. */
  readonly start: number;
}

function findBlocks(text: string, language: string, path: string): FoundBlock[] {
  const blocks = text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'));
  return Array.from(blocks, ({ index, 1: content = '' }) => ({
    path,
    line: text.slice(0, index).split('\n').length + 1,
    text: content,
    start: index,
  }));
}
