import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve, sep } from 'node:path';

import { describe, expect, it } from 'vitest';

/**
 * What each part of `src/` may import, besides itself and packages. Reads as the table in
 * ARCHITECTURE.md. A part is a folder, or a file directly in `src/`.
 */
const allowed: Readonly<Record<string, readonly string[]>> = {
  model: [],
  http: [],
  'remote-write': ['http'],
  'version.ts': [],
  config: ['model', 'remote-write'],
  formats: ['model'],
  sources: ['formats', 'http', 'model'],
  metrics: ['model'],
  sinks: ['http', 'metrics', 'remote-write'],
  agent: [
    'metrics',
    'model',
    'sinks/sink.ts',
    'sources/scan-source.ts',
    'sources/skipped-report.ts',
  ],
  compose: [
    'agent',
    'config',
    'http',
    'metrics',
    'model',
    'remote-write',
    'sinks',
    'sources',
    'version.ts',
  ],
  cli: [
    'agent',
    'compose',
    'config',
    'http/patient-controller.ts',
    'http/when-aborted.ts',
    'metrics/metric-definition-error.ts',
    'model',
    'sinks/sink.ts',
    'sources/scan-source.ts',
    'sources/skipped-report.ts',
    'version.ts',
  ],
};

const importPattern = /(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g;

describe('the parts of src/', () => {
  it('are all described here', () => {
    expect(Object.keys(allowed).toSorted()).toEqual(readdirSync('src').toSorted());
  });

  it.each(Object.keys(allowed))('%s imports only what the architecture allows', (part) => {
    expect(violationsOf('src', part)).toEqual([]);
  });

  it('are told apart by this test: a wrong import is found', () => {
    const root = mkdtempSync(join(tmpdir(), 'architecture-'));
    try {
      writeFileSync(join(root, 'version.ts'), "import { a } from './model/a.ts';\n");
      expect(violationsOf(root, 'version.ts')).toEqual(['version.ts imports model/a.ts']);

      writeFileSync(join(root, 'version.ts'), "const a = await import('./cli/main.ts');\n");
      expect(violationsOf(root, 'version.ts')).toEqual(['version.ts imports cli/main.ts']);
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  it('have no folder for things without a place', () => {
    const names = readdirSync('src', { recursive: true, encoding: 'utf8' });
    expect(
      names.filter((name) => /(?:^|\/)(?:utils?|helpers?|misc|common)(?:\.ts)?$/.test(name)),
    ).toEqual([]);
  });
});

function violationsOf(root: string, part: string): string[] {
  return filesOf(join(root, part)).flatMap((file) =>
    importsOf(file)
      .map((target) => relative(resolve(root), target).split(sep).join('/'))
      .filter((target) =>
        target.startsWith('..') ? !target.endsWith('package.json') : !isAllowed(part, target),
      )
      .map((target) => `${relative(root, file)} imports ${target}`),
  );
}

function isAllowed(part: string, target: string): boolean {
  const permitted = [part, ...(allowed[part] ?? [])];
  return permitted.some((one) => target === one || target.startsWith(`${one}/`));
}

/** Tests may reach for anything: they are no part of the product. */
function filesOf(path: string): string[] {
  if (!existsSync(path)) return [];
  if (path.endsWith('.ts')) return [path];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => join(path, file));
}

function importsOf(file: string): string[] {
  return Array.from(readFileSync(file, 'utf8').matchAll(importPattern), ([, target = '']) =>
    resolve(dirname(file), target),
  );
}
