import { describe, expect, it } from 'vitest';

import { messagesOf } from '../support/cli/run-cli.ts';
import type { ScriptedAnswer } from '../support/fake-storage/script.ts';
import { openSource, runSource, skippingClock } from '../support/kubernetes/agent-run.ts';
import { repeated, replacing } from '../support/kubernetes/answers.ts';
import { allUp, MANIFESTS, useLab } from '../support/kubernetes/lab.ts';
import {
  image,
  nginx,
  redis,
  runs,
  SMALL_TOTAL,
  smallCluster,
  workloads,
} from '../support/kubernetes/small-cluster.ts';
import { linesAboutCluster, valueOf } from '../support/metrics/exposition-values.ts';

const lab = useLab();
const { name } = redis.metadata;
const getRedis = { verb: 'get', name } as const;
const key = { resource: MANIFESTS, namespace: 'kubescape', name } as const;

describe('a manifest that was deleted after it was listed', () => {
  it('is left out with its containers and not counted as 0', async () => {
    await lab.serve(smallCluster);
    lab.storage.store.corrupt(key);
    const run = await lab.read();

    expect(run).toMatchObject({
      exitCode: 0,
      isComplete: true,
      total: SMALL_TOTAL - 1,
      up: allUp,
      skipped: { deleted: 1 },
    });
    expect(run.text).not.toContain('library/redis');
    expect(run.text).toContain('library/nginx');
    const requests = lab.storage.requests.filter((request) => request.name === name);
    expect(requests.map(({ query }) => query)).toEqual([{}, { resourceVersion: 'metadata' }]);
  });

  it('loses its cached findings', async () => {
    await lab.serve(smallCluster);
    await lab.readWithState();
    lab.storage.store.put(image('redis', { severities: ['Low'] }));
    lab.storage.store.corrupt(key);
    const run = await lab.readWithState();

    expect(run).toMatchObject({ total: SMALL_TOTAL - 1, skipped: { deleted: 1 } });
    expect(run.text).not.toContain('library/redis');
  });
});

it('a manifest that answers 404 but still exists keeps its last findings', async () => {
  await lab.serve(smallCluster);
  await lab.readWithState();
  lab.storage.store.put(image('redis', { severities: ['Low', 'Low'] }));
  lab.storage.answerNext(getRedis, { status: 404, body: '{"kind":"Status"}' });
  const run = await lab.readWithState();

  expect(run).toMatchObject({
    exitCode: 5,
    isComplete: true,
    total: SMALL_TOTAL,
    skipped: { unreadable: 1 },
  });
  expect(run.messages).toContain('the server has the object but cannot read its findings');
});

describe.each`
  what                          | reason             | answer
  ${'has wrong types'}          | ${'invalid_shape'} | ${replacing('"matches":[', '"matches":"many","also":[')}
  ${'is not JSON'}              | ${'invalid_json'}  | ${replacing('"matches":[', '"matches":[,')}
  ${'is an HTML page'}          | ${'invalid_json'}  | ${{ status: 200, body: '<html>' }}
  ${'is rejected with 400'}     | ${'unreadable'}    | ${{ status: 400, body: 'bad request' }}
  ${'is larger than the limit'} | ${'too_large'}     | ${{ status: 200, body: Buffer.alloc(3 * 2 ** 20) }}
`('a manifest that $what', ({ reason, answer }: UnusableCase) => {
  it(`is skipped as ${reason}, and the others are read`, async () => {
    await lab.serve(smallCluster);
    lab.storage.answerNext(getRedis, answer);
    const run = await lab.read();

    expect(run).toMatchObject({
      exitCode: 5,
      total: SMALL_TOTAL - 1,
      up: allUp,
      skipped: { [reason]: 1 },
    });
    expect(run.text).not.toContain('library/redis');
    expect(run.messages).toContain(`${MANIFESTS} kubescape/${name}`);
  });

  it('keeps its last findings until it can be read', async () => {
    await lab.serve(smallCluster);
    const before = await lab.readWithState();
    lab.storage.store.put(image('redis', { severities: ['Low', 'Low'] }));
    lab.storage.answerNext(getRedis, answer);
    const run = await lab.readWithState();

    expect(run).toMatchObject({ exitCode: 5, total: SMALL_TOTAL, skipped: { [reason]: 1 } });
    expect(linesAboutCluster(run.text)).toEqual(linesAboutCluster(before.text));
    expect(await lab.readWithState()).toMatchObject({ exitCode: 0, total: SMALL_TOTAL + 1 });
  });
});

describe('a manifest that is damaged forever', () => {
  it('costs one retry per run, and keeps its last findings', async () => {
    await lab.serve(smallCluster);
    await lab.readWithState();
    lab.storage.store.put(image('redis', { severities: ['Low', 'Low'] }));
    lab.storage.store.corrupt(key, 'forever');
    const clock = skippingClock();
    const read = await lab.manifestsReadBy(async () => {
      expect(await lab.readWithState({ clock })).toMatchObject({
        exitCode: 5,
        total: SMALL_TOTAL,
        skipped: { unreadable: 1 },
      });
    });

    expect(read).toEqual([name, name]);
    expect(clock.slept).toHaveLength(1);
    expect(clock.slept[0]).toBeLessThanOrEqual(1000);
  });
});

interface UnusableCase {
  readonly reason: string;
  readonly answer: ScriptedAnswer;
}

describe('findings with an unknown severity', () => {
  it('are reported in every run, also from the cache', async () => {
    const odd = image('odd', { severities: ['Weird', 'High'] });
    await lab.serve([odd, runs(odd, { namespace: 'a', workload: 'a' })]);
    const source = await openSource(lab.storage, lab.folder, { stateDir: lab.folder });
    const first = await runSource(source, { strict: true });
    const fromMemory = await runSource(source, { strict: true });
    const fromFile = await lab.readWithState({ strict: true });

    for (const run of [first, fromMemory, fromFile]) {
      expect(run).toMatchObject({ exitCode: 5, skipped: { unknown_severity: 1 } });
      expect(run.messages).toBe(first.messages);
    }
    expect(lab.manifests()).toHaveLength(1);
  });
});

it('reads a match with more CVSS scores than a call takes arguments', async () => {
  const scores = JSON.stringify(repeated(130_000, { metrics: { baseScore: 5 } }));
  await lab.serve(smallCluster);
  lab.storage.answerNext(getRedis, replacing('"cvss":null', `"cvss":${scores}`));

  expect(await lab.read({ maxDocumentBytes: 2 ** 26 })).toMatchObject({
    exitCode: 0,
    total: SMALL_TOTAL,
  });
});

describe('--max-document-size', () => {
  it('limits a manifest', async () => {
    const huge = image('huge', { severities: repeated(2000, 'High') });
    await lab.serve([...smallCluster, huge, runs(huge, { namespace: 'shop', workload: 'huge' })]);
    const small = await lab.run('render', ['--max-document-size', '64KiB']);
    const enough = await lab.run('render', ['--max-document-size', '8MiB']);

    expect([small.exitCode, enough.exitCode]).toEqual([5, 0]);
    expect(valueOf(small.stdout, 'kubescape_total_vulnerabilities')).toBe(SMALL_TOTAL);
    expect(small.stdout).toContain('reports_skipped{cluster="prod-eu",reason="too_large"} 1\n');
    expect(messagesOf(small)).toContain('larger than 64 KiB');
    expect(valueOf(enough.stdout, 'kubescape_total_vulnerabilities')).toBe(SMALL_TOTAL + 2000);
  });

  it('does not limit a list', async () => {
    await lab.serve([nginx, ...workloads(100)]);

    expect(await lab.read({ maxDocumentBytes: 16 * 2 ** 10 })).toMatchObject({
      exitCode: 0,
      total: 300,
    });
  });
});
