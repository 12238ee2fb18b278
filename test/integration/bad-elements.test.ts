import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createFilesSource } from '../../src/sources/files/files-source.ts';
import { runSource } from '../support/kubernetes/agent-run.ts';

const limits = { maxDocumentBytes: 2 ** 20, maxDepth: 100 };

/** Unusable elements in JSON. Each is also valid YAML. */
const badElement = fc.constantFrom(
  '{}',
  'null',
  '5',
  '"text"',
  '{"kind":"Pod","apiVersion":"v1"}',
  '{"kind":7}',
  '{"matches":[{}],"source":{}}',
  '{"matches":"none","source":{}}',
  '{"matches":[{"vulnerability":{"id":"CVE-1"},"artifact":{"name":5}}],"source":{}}',
  '{"matches":[{"vulnerability":{"id":"CVE-1","cvss":[{"metrics":{"baseScore":"9"}}]},"artifact":{"name":"a"}}],"source":{}}',
  '{"matches":[{"vulnerability":{"id":"CVE-1","fixedInVersion":"1"},"artifact":{"name":"a"}}],"source":{}}',
  '{"kind":"VulnerabilityManifest","metadata":{"name":5},"spec":{}}',
  '{"kind":"VulnerabilityManifest","metadata":{"annotations":{"a":1}},"spec":{}}',
  '{"kind":"VulnerabilityManifest","spec":{"payload":5}}',
  '{"kind":"VulnerabilityManifestSummary","metadata":{"name":"s"},"spec":{"vulnerabilitiesRef":{"all":{"name":{}}}}}',
  '{"kind":"WorkloadConfigurationScan","metadata":{},"spec":{"controls":{"C-1":5},"relatedObjects":[]}}',
  `{"a":${'['.repeat(200)}${']'.repeat(200)}}`,
);

/** Ways to write several elements into one file. */
const layouts = {
  'list.json': (elements: readonly string[]) => `[${elements.join(',')}]`,
  'items.json': (elements: readonly string[]) =>
    `{"items":[${elements.join(',\n')}],"kind":"List"}`,
  'lines.jsonl': (elements: readonly string[]) => elements.join('\n'),
  'documents.yaml': (elements: readonly string[]) =>
    elements.map((element) => `---\nvalue: &v ${element}\n`.replace('value: &v ', '')).join(''),
  'list.yaml': (elements: readonly string[]) => `# a list\n${elements.map(toItem).join('')}`,
} as const;

let folder: string;
let values: ReadonlyMap<number, string>;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bad-elements-'));
  const byCount = new Map<number, string>();
  for (const count of [1, 2, 3]) {
    const text = layouts['list.json'](goodElements(count));
    byCount.set(count, (await run('list.json', text)).values);
  }
  values = byCount;
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(Object.keys(layouts))('in %s', (name) => {
  it('a bad element among good ones loses only itself', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 }),
        badElement,
        fc.nat(3),
        async (count, bad, at) => {
          // The YAML parser does not continue after text that it cannot parse.
          fc.pre(name !== 'list.yaml' || !bad.includes('[[['));
          const elements = goodElements(count).toSpliced(at, 0, bad);
          const result = await run(name, textOf(name, elements));

          expect(result.values).toBe(values.get(count));
          expect(result.exitCode).toBe(5);
          expect(result.messages).toContain(`${name}:`);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('bad elements alone are not a result', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(badElement, { minLength: 1, maxLength: 3 }), async (bad) => {
        const result = await run(name, textOf(name, bad));

        expect(result.exitCode).toBe(3);
        expect(result.values).toBe('');
        expect(result.messages).toContain('could not read any scan results');
      }),
      { numRuns: 20 },
    );
  });
});

function textOf(name: string, elements: readonly string[]): string {
  const entry = Object.entries(layouts).find(([layout]) => layout === name);
  return entry?.[1](elements) ?? '';
}

function toItem(element: string): string {
  return `- ${element}\n`;
}

function goodElements(count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const match = { vulnerability: { id: 'CVE-1', severity: 'High' }, artifact: { name: 'a' } };
    const target = { userInput: `shop/image-${index}:1` };
    return JSON.stringify({ matches: [match], source: { type: 'image', target } });
  });
}

interface Result {
  /** Returns the series of images and totals. */
  readonly values: string;
  readonly exitCode: number;
  readonly messages: string;
}

async function run(name: string, text: string): Promise<Result> {
  const path = join(folder, name);
  writeFileSync(path, text);
  const source = createFilesSource({ paths: [path], limits });
  const { text: page, exitCode, messages } = await runSource(source, { cluster: 'c' });
  const lines = page.split('\n').filter((line) => /^kubescape_(?!push_)/.test(line));
  return { values: lines.join('\n'), exitCode, messages };
}
