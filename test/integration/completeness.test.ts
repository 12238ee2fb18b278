import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { createFilesSource } from '../../src/sources/files/files-source.ts';
import type { StorageObject } from '../support/fake-storage/stored-object.ts';
import { type AgentRun, runSource } from '../support/kubernetes/agent-run.ts';
import { exportFolder, exportLab, readExport } from '../support/kubernetes/export-run.ts';
import { useLab } from '../support/kubernetes/lab.ts';
import { configurations, image, runs } from '../support/kubernetes/small-cluster.ts';
import { linesAboutCluster, samplesOf } from '../support/metrics/exposition-values.ts';

const lab = useLab();
const named = { cluster: 'c' };
const limits = { maxDocumentBytes: 2 ** 20, maxDepth: 100 };

/** Number of containers of each image, and of configuration scans. */
const clusters = fc.record({
  containers: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 6 }),
  scans: fc.integer({ min: 1, max: 6 }),
});
type Cluster = typeof clusters extends fc.Arbitrary<infer Value> ? Value : never;

/** How the lists are split into files. */
const layouts = fc.record({
  pageSize: fc.integer({ min: 1, max: 4 }),
  isCounted: fc.boolean(),
  isCompressed: fc.boolean(),
  /** Decides in which order the files are read. */
  seed: fc.nat(),
});
type Layout = typeof layouts extends fc.Arbitrary<infer Value> ? Value : never;

interface PageFile {
  readonly kind: string;
  /** Position in its list. */
  readonly page: number;
  readonly text: string;
}

function listsOf({ containers, scans }: Cluster): readonly StorageObject[][] {
  const images = containers.map((_, index) => image(`app-${index}`));
  const summaries = images.flatMap((one, index) =>
    Array.from({ length: containers[index] ?? 0 }, (_, copy) =>
      runs(one, { namespace: 'shop', workload: `w-${index}-${copy}` }),
    ),
  );
  return [images, summaries, configurations(scans)];
}

function pagesOf(objects: readonly StorageObject[], { pageSize, isCounted }: Layout): PageFile[] {
  const kind = objects[0]?.kind ?? '';
  const pages: PageFile[] = [];
  for (let start = 0; start < objects.length; start += pageSize) {
    const items = objects.slice(start, start + pageSize);
    const remaining = Math.max(0, objects.length - start - pageSize);
    const metadata = remaining === 0 ? {} : { continue: String(start + pageSize) };
    const counted = isCounted && remaining > 0 ? { remainingItemCount: remaining } : {};
    const list = { kind: `${kind}List`, metadata: { ...metadata, ...counted }, items };
    pages.push({ kind, page: pages.length, text: JSON.stringify(list) });
  }
  return pages;
}

/** Writes each page to a file, in an order that depends on the seed, and reads the folder. */
async function readPages(pages: readonly PageFile[], layout: Layout): Promise<AgentRun> {
  const folder = join(lab.folder, 'pages');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const [index, { text }] of pages.entries()) {
    const name = `${(index * 7919 + layout.seed) % 10_007}-${index}.json`;
    const path = join(folder, layout.isCompressed ? `${name}.gz` : name);
    writeFileSync(path, layout.isCompressed ? gzipSync(text) : text);
  }
  return runSource(createFilesSource({ paths: [folder], limits }));
}

const sums =
  /^kubescape_(?:total_(?!image_)\w+|scanned_\w+|control_failed_resources|failed_controls)$/;

/** Sums that became lower, of those that were sent. */
function lowerSums(before: AgentRun, after: AgentRun): readonly string[] {
  const known = new Map(
    samplesOf(before.text).map(({ name, labels, value }) => [name + JSON.stringify(labels), value]),
  );
  return samplesOf(after.text)
    .filter(({ name }) => sums.test(name))
    .map(({ name, labels, value }) => ({ key: name + JSON.stringify(labels), value }))
    .filter(({ key, value }) => value < (known.get(key) ?? 0))
    .map(({ key }) => key);
}

describe('lists in pages', () => {
  it('have the same series however they are split, ordered and repeated', async () => {
    await fc.assert(
      fc.asyncProperty(clusters, layouts, fc.nat(), async (cluster, layout, choice) => {
        const lists = listsOf(cluster);
        const whole = { ...layout, pageSize: 1000 };
        const pages = lists.flatMap((objects) => pagesOf(objects, layout));
        const repeated = [...pages, ...pages.filter((_, index) => index % 3 === choice % 3)];
        const expected = await readPages(
          lists.flatMap((objects) => pagesOf(objects, whole)),
          whole,
        );
        const actual = await readPages(repeated, layout);

        expect(actual).toMatchObject({ exitCode: 0, isComplete: true });
        expect(linesAboutCluster(actual.text)).toEqual(linesAboutCluster(expected.text));
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  it('never lower a sum and end nothing without any page after the first one', async () => {
    await fc.assert(
      fc.asyncProperty(clusters, layouts, fc.nat(), async (cluster, layout, choice) => {
        const counted = { ...layout, isCounted: true };
        const pages = listsOf(cluster).flatMap((objects) => pagesOf(objects, counted));
        const later = pages.filter(({ page }) => page > 0);
        fc.pre(later.length > 0);
        const dropped = new Set(
          later.filter(
            (_, index) => index === choice % later.length || (choice >> index) % 2 === 1,
          ),
        );
        const before = await readPages(pages, counted);
        const after = await readPages(
          pages.filter((page) => !dropped.has(page)),
          counted,
        );

        expect(after).toMatchObject({ exitCode: 5, isComplete: false });
        expect(lowerSums(before, after)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  }, 120_000);
});

describe('an export', () => {
  it('never lowers a sum and ends nothing after any damage to its files', async () => {
    await lab.serve(listsOf({ containers: [3, 1, 2], scans: 4 }).flat());
    await exportLab(lab);
    const before = await readExport(lab, named);
    const folder = exportFolder(lab);
    const files = new Map(
      readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]),
    );
    const damage = fc.record({
      name: fc.constantFrom(...files.keys()),
      how: fc.constantFrom('remove', 'truncate', 'flip', 'empty'),
      at: fc.double({ min: 0, max: 0.999, noNaN: true }),
    });
    // Two flips of the same byte would repair the file.
    const damages = fc.uniqueArray(damage, {
      minLength: 1,
      maxLength: 3,
      selector: ({ name }) => name,
    });
    await fc.assert(
      fc.asyncProperty(damages, async (changes) => {
        for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes);
        for (const change of changes) apply(folder, change);
        const after = await readExport(lab, named);

        expect(after.isComplete).toBe(false);
        expect([3, 5]).toContain(after.exitCode);
        expect(lowerSums(before, after)).toEqual([]);
      }),
      { numRuns: 150 },
    );
  }, 120_000);
});

interface Damage {
  readonly name: string;
  readonly how: string;
  /** Position in the file, from 0 to 1. */
  readonly at: number;
}

function apply(folder: string, { name, how, at }: Damage): void {
  const path = join(folder, name);
  if (how === 'remove') {
    rmSync(path, { force: true });
    return;
  }
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch {
    return;
  }
  const index = Math.floor(bytes.length * at);
  if (how === 'flip' && bytes.length > 0) bytes[index] = (bytes[index] ?? 0) ^ 0x15;
  writeFileSync(path, how === 'flip' ? bytes : bytes.subarray(0, how === 'empty' ? 0 : index));
}
