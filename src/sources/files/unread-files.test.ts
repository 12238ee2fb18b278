import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { SkippedReport } from '../skipped-report.ts';
import { findFiles } from './find-files.ts';

const document = '{"matches": [], "source": {"type": "image"}}';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'unread-files-'));
  writeFileSync(join(root, 'a.json'), document);
});
afterEach(() => rmSync(root, { recursive: true }));

describe('unread files of a folder', () => {
  it.each`
    name                | content                                                        | isReported
    ${'nightly.tar.gz'} | ${'x'}                                                         | ${true}
    ${'nightly.tgz'}    | ${'x'}                                                         | ${true}
    ${'artifact.zip'}   | ${'x'}                                                         | ${true}
    ${'scan.json.zst'}  | ${'x'}                                                         | ${true}
    ${'report.txt'}     | ${document}                                                    | ${true}
    ${'scan'}           | ${document}                                                    | ${true}
    ${'scan.json.bak'}  | ${document}                                                    | ${true}
    ${'packed'}         | ${gzipSync(document)}                                          | ${true}
    ${'powershell.txt'} | ${Buffer.from(`\uFEFF${document}`, 'utf16le')}                 | ${true}
    ${'object.txt'}     | ${'apiVersion: spdx.softwarecomposition.kubescape.io/v1beta1'} | ${true}
    ${'report.txt'}     | ${'CVE-2026-1 Critical'}                                       | ${false}
    ${'README.md'}      | ${'# Read spdx.softwarecomposition.kubescape.io'}              | ${false}
    ${'README.md'}      | ${'How to scan'}                                               | ${false}
    ${'.hidden.zip'}    | ${'x'}                                                         | ${false}
    ${'empty'}          | ${''}                                                          | ${false}
  `('are reported if they may be scan results: $name, $isReported', async (file: FileCase) => {
    writeFileSync(join(root, file.name), file.content);

    expect((await reportsOf(root)).length > 0).toBe(file.isReported);
  });

  it('are reported together, with at most ten names', async () => {
    mkdirSync(join(root, 'b'));
    for (let index = 10; index < 23; index++) writeFileSync(join(root, 'b', `${index}.zip`), '');
    const [report, ...others] = await reportsOf(root);

    expect(others).toEqual([]);
    expect(report).toMatchObject({ reason: 'unread_file', where: root });
    expect(report?.message).toMatch(/^did not read 13 files .*: b\/10\.zip, .* and 3 more; unpack/);
  });

  it('do not include links that lead nowhere', async () => {
    symlinkSync('gone', join(root, 'gone.zip'));

    expect(await reportsOf(root)).toEqual([]);
  });
});

interface FileCase {
  readonly name: string;
  readonly content: string | Buffer;
  readonly isReported: boolean;
}

async function reportsOf(folder: string): Promise<SkippedReport[]> {
  const reports: SkippedReport[] = [];
  await findFiles([folder], (report) => reports.push(report));
  return reports;
}
