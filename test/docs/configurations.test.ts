import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { z } from 'zod';

import { loadConfig } from '../../src/config/load-config.ts';
import { runCli } from '../support/cli/run-cli.ts';
import { type CodeBlock, markdownFiles, yamlBlocksOf } from './markdown-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'kubescape-push-docs-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** First keys of YAML that other programs read. */
const foreignKeys = new Set(['apiVersion', 'groups', 'scrape_configs']);

interface Documented extends CodeBlock {
  readonly content: Readonly<Record<string, unknown>>;
}

const configurations = markdownFiles
  .filter((path) => path === 'README.md' || path.startsWith('docs/'))
  .flatMap(yamlBlocksOf)
  .map((block): Documented => ({ ...block, content: parseBlock(block.text) }))
  .filter(({ content }) => !foreignKeys.has(Object.keys(content)[0] ?? ''));

describe('a configuration in the docs', () => {
  // Unknown keys are rejected, so every key has a meaning.
  it.each(configurations)('at $path:$line loads', ({ content }) => {
    const file = writeConfiguration(content);

    expect(() => loadConfig({ flags: new Map(), environment: {}, file })).not.toThrow();
  });

  it.each(configurations.filter(({ path }) => path === 'README.md'))(
    'at $path:$line is accepted by the program',
    async ({ content }) => {
      const file = writeConfiguration(content);

      const run = await runCli(['render', '--from', 'examples/scan-results', '--config', file]);

      expect(run).toMatchObject({ exitCode: 0 });
      expect(run.stdout).toContain('cluster="prod-eu-1"');
    },
  );

  it('exists for Mimir, Grafana Cloud, Thanos and the Pushgateway in the README', () => {
    const urls = configurations
      .filter(({ path }) => path === 'README.md')
      .map(({ text }) => /url: \S+/.exec(text)?.[0] ?? '');

    for (const name of ['mimir', 'grafana', 'thanos', 'pushgateway'])
      expect(urls.join()).toContain(name);
  });
});

function parseBlock(text: string): Readonly<Record<string, unknown>> {
  return z.record(z.string(), z.unknown()).parse(parse(text));
}

/** Values of the chart contain the configuration file. */
function writeConfiguration(content: Readonly<Record<string, unknown>>): string {
  const file = join(folder, 'config.yaml');
  writeFileSync(file, stringify(content['config'] ?? content));
  return file;
}
