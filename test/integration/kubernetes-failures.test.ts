import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { faults } from '../support/fake-storage/faults.ts';
import { skippingClock } from '../support/kubernetes/agent-run.ts';
import { afterwards, repeated } from '../support/kubernetes/answers.ts';
import { allUp, MANIFESTS, useLab } from '../support/kubernetes/lab.ts';
import {
  image,
  images,
  postgres,
  redis,
  SMALL_TOTAL,
  smallCluster,
  runs,
} from '../support/kubernetes/small-cluster.ts';
import { linesAboutCluster } from '../support/metrics/exposition-values.ts';

const lab = useLab();
const { name } = redis.metadata;
const getRedis = { verb: 'get', name } as const;

describe('a manifest that keeps failing', () => {
  it.each(['serverTimeout', 'unavailable', 'reset', 'halfBody'] as const)(
    'by %s is skipped after four attempts, and the others are read',
    async (fault) => {
      await lab.serve(smallCluster);
      lab.failFromNowOn(getRedis, fault);

      expect(await lab.read()).toMatchObject({
        exitCode: 5,
        isComplete: false,
        total: SMALL_TOTAL - 1,
        up: allUp,
        skipped: { unreadable: 1 },
      });
      expect(lab.manifests().filter((requested) => requested === name)).toHaveLength(4);
    },
  );

  it('keeps its last findings', async () => {
    await lab.serve(smallCluster);
    const before = await lab.readWithState();
    lab.storage.store.put(image('redis', { severities: ['Low', 'Low'] }));
    lab.failFromNowOn(getRedis, 'serverTimeout');
    const run = await lab.readWithState();

    expect(run).toMatchObject({ exitCode: 5, total: SMALL_TOTAL });
    expect(linesAboutCluster(run.text)).toEqual(linesAboutCluster(before.text));
  });

  it('is skipped if its attempts exhaust the budget', async () => {
    await lab.serve(smallCluster);
    lab.storage.answerNext(getRedis, 'hang', 'hang');

    expect(await lab.read({ timeoutMs: 100, retryBudgetMs: 150 })).toMatchObject({
      exitCode: 5,
      total: SMALL_TOTAL - 1,
      skipped: { unreadable: 1 },
    });
  });

  it('has more than four attempts if the server is only busy', async () => {
    await lab.serve(smallCluster);
    lab.storage.answerNext(getRedis, ...repeated(8, faults.queueFull));

    expect(await lab.read()).toMatchObject({ exitCode: 0, total: SMALL_TOTAL, skipped: {} });
  });
});

describe('findings that a run read before it ended', () => {
  const getPostgres = { verb: 'get', name: postgres.metadata.name } as const;

  it('with an error are not read again', async () => {
    await lab.serve(smallCluster);
    lab.storage.answerNext(getPostgres, faults.queueFull);
    const failed = await lab.readWithState({ retryBudgetMs: 500 });
    const before = readManifests();
    const { length } = lab.storage.requests;
    const next = await lab.readWithState();

    expect([failed.exitCode, next.exitCode, next.total]).toEqual([3, 0, SMALL_TOTAL]);
    expectOthers(before, lab.manifests(length));
  });

  it('at its deadline are not read again', async () => {
    await lab.serve(smallCluster);
    lab.storage.answerNext(getPostgres, 'hang');
    const args = ['--state-dir', lab.folder];
    const stopped = await lab.run('push', [...args, '--deadline', '3s']);
    const before = readManifests();
    const { length } = lab.storage.requests;
    const next = await lab.run('push', args);

    expect([stopped.exitCode, next.exitCode]).toEqual([4, 0]);
    expectOthers(before, lab.manifests(length));
  });

  it('are saved every 30 seconds, in case it is killed', async () => {
    const all = images(40);
    const containers = all.map((of, index) =>
      runs(of, { namespace: 'shop', workload: `w-${index}` }),
    );
    await lab.serve([...all, ...containers]);
    const isSaved: boolean[] = [];
    const answer = afterwards(() => isSaved.push(existsSync(join(lab.folder, 'findings.bin'))));
    lab.storage.answerNext({ verb: 'get', resource: MANIFESTS }, ...repeated(40, answer));
    // Each manifest takes a second.
    const clock = { ...skippingClock(), now: () => 1000 * lab.manifests().length };

    expect(await lab.readWithState({ clock })).toMatchObject({ exitCode: 0 });
    // The request for the next manifest is running by then.
    expect(isSaved.indexOf(true)).toBe(31);
  });
});

function readManifests(): string[] {
  return lab.manifests().filter((one) => one !== postgres.metadata.name);
}

/** The first run has read something, and the next run reads only the rest. */
function expectOthers(before: readonly string[], next: readonly string[]): void {
  expect(before).not.toEqual([]);
  expect(next).toContain(postgres.metadata.name);
  expect(next.filter((one) => before.includes(one))).toEqual([]);
}
