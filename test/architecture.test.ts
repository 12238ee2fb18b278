import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve, sep } from 'node:path';

import { describe, expect, it } from 'vitest';

/**
 * What each part of `src/` may import besides itself and packages, lowest layer first. ARCHITECTURE.md
 * explains the table. A part is a folder, or a file directly in `src/`.
 */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'version.ts': [],
  model: [],
  http: [],
  state: [],
  formats: ['model'],
  kubernetes: ['http'],
  metrics: ['model'],
  'remote-write': ['http', 'state'],
  config: ['http', 'model', 'remote-write'],
  sources: ['formats', 'http', 'kubernetes', 'model', 'state'],
  sinks: ['http', 'metrics', 'remote-write'],
  cycle: [
    'metrics',
    'model',
    'sinks/sink.ts',
    'sources/scan-source.ts',
    'sources/skipped-report.ts',
    'state',
  ],
  compose: [
    'config',
    'cycle',
    'http',
    'kubernetes',
    'metrics',
    'model',
    'remote-write',
    'sinks',
    'sources',
    'state',
    'version.ts',
  ],
  agent: ['compose', 'config', 'cycle', 'http', 'sinks/sink.ts', 'sources/scan-source.ts', 'state'],
  cli: [
    'agent',
    'compose',
    'config',
    'cycle',
    'http',
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
  it('are all listed in the table', () => {
    expect(Object.keys(allowed).toSorted()).toEqual(readdirSync('src').toSorted());
  });

  it('are listed from the bottom up, so that no part imports one above it', () => {
    const order = Object.keys(allowed);
    for (const [part, imports] of Object.entries(allowed)) {
      const tooHigh = imports.filter(
        (one) => order.indexOf(one.split('/')[0] ?? '') >= order.indexOf(part),
      );
      expect({ part, tooHigh }).toEqual({ part, tooHigh: [] });
    }
  });

  it.each(Object.keys(allowed))('%s imports only what the table allows', (part) => {
    expect(violationsOf('src', part)).toEqual([]);
  });

  it('have no catch-all folder', () => {
    const names = readdirSync('src', { recursive: true, encoding: 'utf8' });
    expect(
      names.filter((name) => /(?:^|\/)(?:utils?|helpers?|misc|common)(?:\.ts)?$/.test(name)),
    ).toEqual([]);
  });
});

describe('imports in src/', () => {
  const files = importGraph('src');

  it('form no cycle between files, type-only imports included', () => {
    expect(cyclesIn(files)).toEqual([]);
  });

  it('form no cycle between folders', () => {
    expect(cyclesIn(foldersOf(files))).toEqual([]);
  });
});

describe('this test', () => {
  it.each`
    statement
    ${"import { a } from './cli/main.ts';\n"}
    ${"const a = await import('./cli/main.ts');\n"}
    ${"export type { A } from './cli/main.ts';\n"}
  `('finds a forbidden import: $statement', ({ statement }: { statement: string }) => {
    inFolder({ 'version.ts': statement }, (root) => {
      expect(violationsOf(root, 'version.ts')).toEqual(['version.ts imports cli/main.ts']);
    });
  });

  it('finds cycles between files and between folders', () => {
    const files = {
      'a/one.ts': "import type { Two } from '../b/two.ts';\n",
      'b/two.ts': "import { three } from './three.ts';\n",
      'b/three.ts': "import { two } from './two.ts';\n",
      'b/four.ts': "import { one } from '../a/one.ts';\n",
    };
    inFolder(files, (root) => {
      const graph = importGraph(root);
      expect(cyclesIn(graph)).toEqual([['b/three.ts', 'b/two.ts']]);
      expect(cyclesIn(foldersOf(graph))).toEqual([['a', 'b']]);
    });
  });
});

function violationsOf(root: string, part: string): string[] {
  return filesOf(join(root, part)).flatMap((file) =>
    importsOf(file)
      .map((target) => toName(root, target))
      .filter((target) =>
        target.startsWith('..') ? !target.endsWith('package.json') : !isAllowed(part, target),
      )
      .map((target) => `${toName(root, file)} imports ${target}`),
  );
}

function isAllowed(part: string, target: string): boolean {
  const permitted = [part, ...(allowed[part] ?? [])];
  return permitted.some((one) => target === one || target.startsWith(`${one}/`));
}

type Graph = ReadonlyMap<string, readonly string[]>;

function importGraph(root: string): Graph {
  return new Map(
    filesOf(root).map((file) => [
      toName(root, file),
      importsOf(file).map((target) => toName(root, target)),
    ]),
  );
}

function foldersOf(files: Graph): Graph {
  const folders = new Map<string, string[]>();
  for (const [file, targets] of files) {
    const folder = dirname(file);
    const others = targets.map((target) => dirname(target)).filter((one) => one !== folder);
    folders.set(folder, [...(folders.get(folder) ?? []), ...others]);
  }
  return folders;
}

/** Groups of names that reach each other. */
function cyclesIn(graph: Graph): string[][] {
  const reachable = new Map([...graph.keys()].map((name) => [name, reachableFrom(graph, name)]));
  const groups = new Map<string, string[]>();
  for (const [name, targets] of reachable) {
    if (!targets.has(name)) continue;
    const group = [...targets].filter((other) => reachable.get(other)?.has(name)).toSorted();
    groups.set(group.join(' '), group);
  }
  return [...groups.values()];
}

function reachableFrom(graph: Graph, start: string): Set<string> {
  const seen = new Set<string>();
  const pending = [...(graph.get(start) ?? [])];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    pending.push(...(graph.get(name) ?? []));
  }
  return seen;
}

/** Tests are left out: they may import anything. */
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

function toName(root: string, file: string): string {
  return relative(resolve(root), resolve(file)).split(sep).join('/');
}

function inFolder(files: Readonly<Record<string, string>>, check: (root: string) => void): void {
  const root = mkdtempSync(join(tmpdir(), 'architecture-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), text);
    }
    check(root);
  } finally {
    rmSync(root, { recursive: true });
  }
}
