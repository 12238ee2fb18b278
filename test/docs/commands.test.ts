import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { realServer } from '../support/real-servers/real-servers.ts';
import { markdownFiles, shellBlocksOf } from './markdown-files.ts';
import { DocumentedMachine } from './shell.ts';

const prometheus = await realServer('prometheus');
const pushgateway = await realServer('pushgateway');
const missing = prometheus.missing ?? pushgateway.missing;

/** Pages whose every block of commands says whether it is run, and if not, why. */
const pages = [
  ...['getting-started', 'concepts', 'scaling', 'security', 'troubleshooting', 'migrating'],
  ...['comparison', 'faq', 'pushgateway'],
].map((name) => `docs/${name}.md`);

const blocks = markdownFiles.flatMap((path) => shellBlocksOf(path));
const run = blocks.filter(({ marker }) => marker === 'run');

describe.skipIf(missing)(`with ${prometheus.label} and ${pushgateway.label}`, () => {
  let machine: DocumentedMachine | undefined;
  beforeAll(async () => {
    machine = await DocumentedMachine.start();
  });
  afterAll(async () => machine?.stop());

  it.each(run)('the commands of $path:$line succeed', async ({ text }) => {
    const result = await machine?.run(text);

    expect(result?.exitCode === 0 ? '' : JSON.stringify(result)).toBe('');
    // A query that finds nothing succeeds, too.
    const isEmpty = text.includes('promtool query') && result?.stdout.trim() === '';
    expect(isEmpty).toBe(false);
  });

  it('a command that fails is noticed', async () => {
    const result = await machine?.run('npx kubescape-push render --from nowhere\ntrue\n');

    expect(result?.exitCode).toBe(3);
  });
});

describe('commands in the docs', () => {
  it('are run, or it is said why not', () => {
    const silent = blocks.filter(
      ({ path, marker }) => pages.includes(path) && !/^(?:run|not run: .{10,})$/.test(marker),
    );

    expect(silent.map(({ path, line }) => `${path}:${line}`)).toEqual([]);
    expect(run.length).toBeGreaterThanOrEqual(6);
  });

  it('are in pages that there are', () => {
    expect(pages.filter((page) => !markdownFiles.includes(page))).toEqual([]);
  });
});
