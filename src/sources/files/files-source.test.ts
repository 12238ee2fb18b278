import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { type ReadProgress, type ScanRead, SourceError } from '../scan-source.ts';
import type { SkippedReport } from '../skipped-report.ts';
import { createFilesSource } from './files-source.ts';

const match = { vulnerability: { id: 'CVE-1' }, artifact: { name: 'a' } };
const manifest = {
  kind: 'VulnerabilityManifest',
  metadata: { name: 'm' },
  spec: { metadata: { tool: { version: 'v1' } }, payload: { matches: [match] } },
};
const summary = {
  kind: 'VulnerabilityManifestSummary',
  metadata: { name: 's', namespace: 'web', labels: { 'kubescape.io/workload-name': 'w' } },
  spec: { vulnerabilitiesRef: { all: { namespace: 'web', name: 'm' } } },
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'files-source-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('createFilesSource', () => {
  it('joins reports from different files in any order', async () => {
    write('a-summaries.json', summary);
    write('b-manifests.json', manifest);

    const { scanRead } = await read();

    expect(scanRead.inventory).toMatchObject({ danglingReferences: 0 });
    expect(await scansOf(scanRead)).toMatchObject([
      { target: { containers: [{ namespace: 'web' }] }, findings: [{ id: 'CVE-1' }] },
    ]);
  });

  it('continues after unusable documents', async () => {
    write('a.json', { kind: 'Pod' });
    writeFileSync(join(folder, 'b.json'), '{"a":');
    write('c.json', manifest);

    const { scanRead, reasons, reports } = await read();

    expect(reasons).toEqual(['unknown_kind', 'truncated']);
    expect(reports).toBe(1);
    expect(scanRead.inventory.targets).toHaveLength(1);
  });

  it('reports progress in bytes of all files', async () => {
    write('a.json', manifest);
    write('b.json', summary);
    const total = JSON.stringify(manifest).length + JSON.stringify(summary).length;

    const { progress } = await read();

    expect(progress.at(-1)).toMatchObject({ done: total, total, bytes: total });
    expect(progress.map(({ total: of }) => of)).toEqual(progress.map(() => total));
  });

  it('returns only an error if no scan result was found', async () => {
    mkdirSync(join(folder, 'x'));

    await expect(read([join(folder, 'x'), join(folder, 'y')])).rejects.toEqual(
      new SourceError(
        `could not read any scan results from ${join(folder, 'x')}, ${join(folder, 'y')}`,
      ),
    );
  });

  it('explains what to export if only summaries were found', async () => {
    write('a.json', summary);

    await expect(read()).rejects.toEqual(
      new SourceError(
        `${folder} contains 1 VulnerabilityManifestSummaries, but no VulnerabilityManifests with their findings; include them in the export`,
      ),
    );
  });

  it('stops on abort', async () => {
    write('a.json', manifest);

    await expect(read([folder], AbortSignal.abort())).rejects.toThrow(/aborted/);
  });
});

function write(name: string, document: object): void {
  writeFileSync(join(folder, name), JSON.stringify(document));
}

async function read(paths = [folder], signal = new AbortController().signal) {
  const source = createFilesSource({
    paths,
    limits: { maxDocumentBytes: 2 ** 20, maxDepth: 100 },
  });
  const reasons: string[] = [];
  const progress: ReadProgress[] = [];
  let reports = 0;
  const observer = {
    read: () => reports++,
    skipped: ({ reason }: SkippedReport) => reasons.push(reason),
    progress: (state: ReadProgress) => progress.push(state),
    warn: () => undefined,
  };
  const scanRead = await source.read(observer, { signal });
  return { scanRead, reasons, progress, reports };
}

async function scansOf(scanRead: ScanRead) {
  const scans = [];
  for await (const scan of scanRead.scans()) scans.push(scan);
  return scans;
}
