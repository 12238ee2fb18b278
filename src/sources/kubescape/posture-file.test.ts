import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';

import type { PostureReport } from '../../formats/workload-configuration-scan-summary.ts';
import { countFailed } from '../../model/posture-scan.ts';
import { PostureStore } from '../posture-store.ts';
import { loadPostures, savePostures } from './posture-file.ts';

const ORIGIN = 'https://cluster:6443 kubescape';

let folder: string;
let path: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'posture-file-'));
  path = join(folder, 'state', 'postures.json');
});
afterAll(() => rmSync(folder, { recursive: true }));

function report(key: string, source: PostureReport['source']): PostureReport {
  const control = { name: '', severity: 'High', status: 'failed' } as const;
  const controls = [
    { ...control, id: 'C-1' },
    { ...control, id: 'C-2', status: 'passed' as const },
  ];
  const workload = { namespace: 'shop', workloadKind: 'Deployment', workload: key };
  const scan = { ...workload, failed: countFailed(controls), controls };
  return { source, key, cluster: 'c', age: {}, scan };
}

async function save(): Promise<{ summaries: PostureStore; details: PostureStore }> {
  const [summaries, details] = [new PostureStore(), new PostureStore()];
  for (const key of ['shop/a', 'shop/b']) summaries.add(report(key, 'summary'));
  details.add(report('shop/a', 'detail'));
  await savePostures(path, ORIGIN, { summaries, details });
  return { summaries, details };
}

it('restores the reports of the last run', async () => {
  const saved = await save();
  const loaded = await loadPostures(path, ORIGIN);

  expect([...(loaded?.summaries.reports() ?? [])]).toEqual([...saved.summaries.reports()]);
  expect([...(loaded?.details.reports() ?? [])]).toEqual([...saved.details.reports()]);
});

it('stores equal results of a control once', async () => {
  await save();

  expect(readFileSync(path, 'utf8').match(/"C-1"/g)).toHaveLength(2);
});

it.each([
  ['of another cluster', (text: string) => text, 'https://other kubescape'],
  ['that is cut short', (text: string) => text.slice(0, -10), ORIGIN],
  ['that was changed', (text: string) => text.replace('failed', 'passed'), ORIGIN],
  ['that is empty', () => '', ORIGIN],
])('ignores a file %s', async (_what, change, origin) => {
  await save();
  writeFileSync(path, change(readFileSync(path, 'utf8')));

  expect(await loadPostures(path, origin)).toBeUndefined();
});

it('has no reports without a file', async () => {
  expect(await loadPostures(join(folder, 'none.json'), ORIGIN)).toBeUndefined();
});
