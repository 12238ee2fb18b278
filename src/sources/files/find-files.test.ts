import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { SkippedReport } from '../skipped-report.ts';
import { findFiles } from './find-files.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'find-files-'));
});
afterEach(() => rmSync(root, { recursive: true }));

describe('findFiles', () => {
  it('finds files of nested folders, sorted by name', async () => {
    write('b.json', 'a/z.json', 'a/B.json', 'a/a/a.yaml', 'c.yml', '10.json', '9.json');

    expect(await find()).toEqual([
      '10.json',
      '9.json',
      'a/B.json',
      'a/a/a.yaml',
      'a/z.json',
      'b.json',
      'c.yml',
    ]);
  });

  it.each`
    name                  | found
    ${'a.json'}           | ${true}
    ${'a.JSON'}           | ${true}
    ${'a.yaml'}           | ${true}
    ${'a.yml'}            | ${true}
    ${'a.ndjson'}         | ${true}
    ${'a.json.gz'}        | ${true}
    ${'a.yaml.gz'}        | ${true}
    ${'a.ndjson.GZ'}      | ${true}
    ${'a.jsonl'}          | ${true}
    ${'a.jsonl.gz'}       | ${true}
    ${'a.gz'}             | ${true}
    ${'a.tar.gz'}         | ${false}
    ${'a.tgz'}            | ${false}
    ${'a.json.bak'}       | ${false}
    ${'README.md'}        | ${false}
    ${'json'}             | ${false}
    ${'.a.json'}          | ${false}
    ${'.git/config.json'} | ${false}
    ${'..data/a.json'}    | ${false}
  `('finds $name in a folder: $found', async ({ name, found }: NameCase) => {
    write('x.json', name);

    expect((await find([root], () => undefined)).includes(name)).toBe(found);
  });

  it('keeps named paths unchanged, in order and with duplicates', async () => {
    write('b.txt', '.hidden', 'a.json');

    const paths = ['b.txt', '-', '.hidden', 'a.json', 'b.txt'];

    expect(await find(paths.map(inRoot))).toEqual(paths);
  });

  it('returns the size of files, but not of standard input', async () => {
    write('a.json');

    expect(await findFiles([join(root, 'a.json'), '-'], notExpected)).toEqual([
      { path: join(root, 'a.json'), bytes: 'a.json'.length, isNamed: true },
      { path: '-', bytes: 0, isNamed: true },
    ]);
  });

  it('follows links to files and folders, as in a mounted ConfigMap', async () => {
    write('..2025/a.json', 'elsewhere/deep/b.json');
    mkdirSync(join(root, 'mount'));
    symlinkSync('../..2025', join(root, 'mount/..data'));
    symlinkSync('..data/a.json', join(root, 'mount/a.json'));
    symlinkSync('../elsewhere', join(root, 'mount/folder'));

    expect(await find([join(root, 'mount')])).toEqual(['mount/a.json', 'mount/folder/deep/b.json']);
  });

  it.each`
    what                                | create                                    | reason          | where  | message
    ${'a missing path'}                 | ${() => undefined}                        | ${'unreadable'} | ${'x'} | ${'does not exist'}
    ${'a broken link'}                  | ${() => symlinkSync('gone', inRoot('x'))} | ${'unreadable'} | ${'x'} | ${'does not exist'}
    ${'a link to itself'}               | ${() => symlinkSync('x', inRoot('x'))}    | ${'unreadable'} | ${'x'} | ${'is a circular link'}
    ${'an empty folder'}                | ${() => mkdirSync(inRoot('x'))}           | ${'empty'}      | ${'x'} | ${'the folder contains no .json, .jsonl, .ndjson, .yaml or .yml files, with or without .gz'}
    ${'a folder with other files only'} | ${() => write('x/a.txt', 'x/b/c.md')}     | ${'empty'}      | ${'x'} | ${'the folder contains no .json, .jsonl, .ndjson, .yaml or .yml files, with or without .gz'}
  `('reports $what and continues', async ({ create, reason, where, message }: ProblemCase) => {
    create();
    write('good.json');
    const reports: SkippedReport[] = [];

    const paths = ['x', 'good.json'].map(inRoot);
    const found = await findFiles(paths, (report) => reports.push(report));

    expect(found.map(({ path }) => path)).toEqual([inRoot('good.json')]);
    expect(reports).toEqual([{ reason, where: inRoot(where), message }]);
  });

  it('does not report an empty folder next to files', async () => {
    write('a.json');
    mkdirSync(inRoot('empty'));

    expect(await find()).toEqual(['a.json']);
  });

  it('does not descend deeper than 16 folders', async () => {
    write(`${'d/'.repeat(15)}a.json`, `${'d/'.repeat(16)}b.json`);
    const reports: SkippedReport[] = [];

    const found = await findFiles([root], (report) => reports.push(report));

    expect(found.map(({ path }) => relative(root, path))).toEqual([`${'d/'.repeat(15)}a.json`]);
    expect(reports.map(({ reason }) => reason)).toEqual(['too_deep']);
  });

  it('ignores a link to a file with another extension', async () => {
    write('a.json', 'elsewhere/notes.txt');
    symlinkSync('elsewhere/notes.txt', inRoot('notes.txt'));
    symlinkSync('gone', inRoot('dangling'));
    symlinkSync('circle', inRoot('circle'));

    expect(await find()).toEqual(['a.json']);
  });

  // Without a check, two such links would lead to 2¹⁶ folders before the depth limit applies.
  it('finds a file once if a folder links to itself', async () => {
    write('a/a.json');
    symlinkSync('.', inRoot('a/loop'));
    symlinkSync('..', inRoot('a/up.json'));
    symlinkSync('a', inRoot('again'));

    expect(await find()).toEqual(['a/a.json']);
  });

  it('finds a file once if a link in the folder leads to it', async () => {
    write('b.json');
    symlinkSync('b.json', inRoot('a.json'));
    symlinkSync('b.json', inRoot('c.json'));

    expect(await find()).toEqual(['a.json']);
    expect(await find([root, root])).toEqual(['a.json', 'a.json']);
  });

  it('reports a broken link with a known extension', async () => {
    symlinkSync('gone', inRoot('a.json'));
    write('b.json');
    const reports: SkippedReport[] = [];

    await findFiles([root], (report) => reports.push(report));

    expect(reports).toEqual([
      { reason: 'unreadable', where: inRoot('a.json'), message: 'does not exist' },
    ]);
  });
});

interface NameCase {
  readonly name: string;
  readonly found: boolean;
}

interface ProblemCase extends SkippedReport {
  readonly create: () => void;
}

function inRoot(name: string): string {
  return name === '-' ? name : join(root, name);
}

/** Each file contains its own name. */
function write(...names: readonly string[]): void {
  for (const name of names) {
    mkdirSync(dirname(inRoot(name)), { recursive: true });
    writeFileSync(inRoot(name), name);
  }
}

async function find(
  paths: readonly string[] = [root],
  skipped: (report: SkippedReport) => void = notExpected,
): Promise<string[]> {
  const found = await findFiles(paths, skipped);
  return found.map(({ path }) => (path === '-' ? path : relative(root, path)));
}

function notExpected(report: SkippedReport): void {
  throw new Error(`${report.where}: ${report.message}`);
}
