import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { runCli } from '../support/cli/run-cli.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostile-references-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** References outside the grammar. A backtracking expression never returns for some of them. */
const references = [
  'registry.example/payments/payments-service-with-a-long-name:1.0+build5',
  'api-gateway-for-the-payments-service:feature/login',
  'registry.example/payments/payments-service-with-a-long-name:',
  'registry.example/payments/payments-service-with-a-long-name_:1',
  `registry.example/${'a-'.repeat(500_000)}:1`,
];

it('reads references outside the grammar at once, and names the images after them', async () => {
  const path = join(folder, 'scans.json');
  writeFileSync(path, JSON.stringify(references.map(toDocument)));

  const startMs = performance.now();
  const args = ['render', '--from', path, '--cluster', 'c'];
  const { exitCode, stdout } = await runCli(args);

  expect(exitCode).toBe(0);
  expect(stdout).toContain(`kubescape_scanned_images{cluster="c"} ${references.length}\n`);
  for (const reference of references.slice(0, 4)) expect(stdout).toContain(`image="${reference}"`);
  expect(performance.now() - startMs).toBeLessThan(10_000);
});

function toDocument(userInput: string): object {
  const match = { vulnerability: { id: 'CVE-1', severity: 'High' }, artifact: { name: 'a' } };
  return { matches: [match], source: { type: 'image', target: { userInput } } };
}
