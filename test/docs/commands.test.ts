import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { realServer } from '../support/real-servers/real-servers.ts';
import { markdownFiles, shellBlocksOf } from './markdown-files.ts';
import { DocumentedMachine } from './shell.ts';

const prometheus = await realServer('prometheus');
const pushgateway = await realServer('pushgateway');
const missing = prometheus.missing ?? pushgateway.missing;

/** Pages on which every block of commands is marked as run, or as not run with a reason. */
const pages = new Set(markdownFiles.filter((path) => /^(?:README.md|docs\/[^/]+)$/.test(path)));

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
    // promtool also succeeds if a query finds nothing.
    const isEmpty = text.includes('promtool query') && result?.stdout.trim() === '';
    expect(isEmpty).toBe(false);
  });

  it('a failed command fails the block', async () => {
    const result = await machine?.run('npx kubescape-push render --from nowhere\ntrue\n');

    expect(result?.exitCode).toBe(3);
  });
});

describe('commands in the docs', () => {
  it('are run, or a comment explains why not', () => {
    const unmarked = blocks.filter(
      ({ path, marker }) => pages.has(path) && !/^(?:run|not run: .{10,})$/.test(marker),
    );

    expect(unmarked.map(({ path, line }) => `${path}:${line}`)).toEqual([]);
    expect(run.length).toBeGreaterThanOrEqual(6);
  });
});
