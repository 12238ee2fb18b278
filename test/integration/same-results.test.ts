import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { createFilesSource } from '../../src/sources/files/files-source.ts';
import { runSource } from '../support/kubernetes/agent-run.ts';
import { image, runs } from '../support/kubernetes/small-cluster.ts';
import { linesAboutCluster, valueOf } from '../support/metrics/exposition-values.ts';
import {
  anyResults,
  anyScans,
  cliResult,
  respell,
  type ScanParts,
} from '../support/scan-results/any-results.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'same-results-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** One way to write a document to a file. */
interface Place {
  readonly file: number;
  readonly spelling: string;
}

const anyPlace = fc.record<Place>({
  file: fc.nat(3),
  spelling: fc.constantFrom('', 'library/', 'docker.io/', 'docker.io/library/', 'index.docker.io/'),
});

const anyWriting = anyResults.chain((documents) =>
  fc.record({
    documents: fc.constant(documents),
    order: fc.shuffledSubarray([...documents, ...documents], { minLength: documents.length }),
    places: fc.array(anyPlace, {
      minLength: 2 * documents.length,
      maxLength: 2 * documents.length,
    }),
    isList: fc.boolean(),
  }),
);

it('are the same series however they are ordered, repeated, split into files, and spelled', async () => {
  await fc.assert(
    fc.asyncProperty(anyWriting, async ({ documents, order, places, isList }) => {
      const files = new Map<number, unknown[]>();
      // Every document at least once.
      for (const [index, document] of [...order, ...documents].entries()) {
        const { file, spelling } = places[index % places.length] ?? { file: 0, spelling: '' };
        files.set(file, [...(files.get(file) ?? []), respell(document, spelling)]);
      }

      const once = await read([documents], true);
      const again = await read([...files.values()], isList);

      expect(linesAboutCluster(again.text)).toEqual(linesAboutCluster(once.text));
      expect([once.exitCode, again.exitCode]).toEqual([0, 0]);
    }),
  );
});

it('count the newest result of each image that a tag still stands for', async () => {
  await fc.assert(
    fc.asyncProperty(anyScans, async (all) => {
      const scans = all.map((scan) => ({ ...scan, hasDigests: true }));
      const { text } = await read([scans.map(cliResult)], true);

      const current = newestBy(scans, ({ name, tag, platform }) => `${name}:${tag} ${platform}`);
      const images = new Set(current.map(imageOf));
      const results = newestBy(scans, imageOf).filter((scan) => images.has(imageOf(scan)));
      const findings = results.reduce((sum, scan) => sum + scan.findings, 0);
      expect(valueOf(text, 'kubescape_scanned_images')).toBe(images.size);
      expect(valueOf(text, 'kubescape_total_vulnerabilities')).toBe(findings);
    }),
  );
});

const manifests = ['api', 'cart', 'shop', 'web'].map((name) => image(name));
const summaries = manifests.map((manifest, index) =>
  runs(manifest, { namespace: 'web', workload: `w${index}` }),
);

it('leave totals out if manifests are missing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.subarray(manifests, { maxLength: 3 }), async (kept) => {
      const { total, exitCode } = await read([[...kept, ...summaries]], true);

      expect({ total, exitCode }).toEqual({ total: undefined, exitCode: kept.length > 0 ? 5 : 3 });
    }),
  );
});

it('count images whose summaries are missing, and warn if most are', async () => {
  await fc.assert(
    fc.asyncProperty(fc.subarray(summaries, { minLength: 1 }), async (kept) => {
      const { text, total, messages } = await read([[...manifests, ...kept]], true);

      expect(total).toBe(kept.length);
      expect(valueOf(text, 'kubescape_unreferenced_images')).toBe(4 - kept.length);
      expect(messages.includes('export the VulnerabilityManifestSummaries of all namespaces')).toBe(
        kept.length < 2,
      );
    }),
  );
});

function imageOf({ name, build, platform }: ScanParts): string {
  return `${name} ${build} ${platform}`;
}

/** The newest scan for each key. */
function newestBy(scans: readonly ScanParts[], keyOf: (scan: ScanParts) => string): ScanParts[] {
  const oldestFirst = scans.toSorted((a, b) => a.second - b.second);
  return [...new Map(oldestFirst.map((scan) => [keyOf(scan), scan])).values()];
}

async function read(files: readonly (readonly unknown[])[], isList: boolean) {
  const path = mkdtempSync(join(folder, 'results-'));
  mkdirSync(path, { recursive: true });
  for (const [index, documents] of files.entries()) {
    const text = isList
      ? JSON.stringify(documents)
      : documents.map((document) => JSON.stringify(document)).join('\n');
    writeFileSync(join(path, `${index}.json`), text);
  }
  const limits = { maxDocumentBytes: 2 ** 20, maxDepth: 100 };
  const run = await runSource(createFilesSource({ paths: [path], limits }), { cluster: 'c' });
  rmSync(path, { recursive: true });
  return run;
}
