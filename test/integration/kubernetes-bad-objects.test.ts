import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { faults } from '../support/fake-storage/faults.ts';
import type { ScriptedAnswer } from '../support/fake-storage/script.ts';
import {
  type AgentOptions,
  type AgentRun,
  openSource,
  runSource,
  skippingClock,
} from '../support/kubernetes/agent-run.ts';
import {
  afterwards,
  allUp,
  MANIFESTS,
  POSTURES,
  SUMMARIES,
  useLab,
} from '../support/kubernetes/lab.ts';
import {
  image,
  postgres,
  redis,
  runs,
  SMALL_TOTAL,
  smallCluster,
} from '../support/kubernetes/small-cluster.ts';
import { linesAboutCluster } from '../support/metrics/exposition-values.ts';

const lab = useLab();
const { name } = redis.metadata;
const shop = { namespace: 'shop', workload: 'shop' } as const;
const ofRedis = { verb: 'get', name } as const;
const notFound = { status: 404, body: '{"kind":"Status","message":"not found"}' } as const;

describe('a manifest that fails again and again', () => {
  it.each(['serverTimeout', 'unavailable', 'reset', 'halfBody'] as const)(
    'by %s is left out after four attempts, and the others are read',
    async (fault) => {
      await lab.serve(smallCluster);
      lab.storage.answerNext(ofRedis, ...times(500, faults[fault]));
      const run = await lab.read();

      expect(run).toMatchObject({
        exitCode: 5,
        isComplete: false,
        total: SMALL_TOTAL - 1,
        up: allUp,
        skipped: { unreadable: 1 },
      });
      expect(lab.manifests().filter((asked) => asked === name)).toHaveLength(4);
    },
  );

  it('has the findings that were read last', async () => {
    await lab.serve(smallCluster);
    const before = await keep();
    lab.storage.store.put(image('redis', { severities: ['Low', 'Low'] }));
    lab.storage.answerNext(ofRedis, ...times(500, faults.serverTimeout));
    const run = await keep();

    expect(run).toMatchObject({ exitCode: 5, total: SMALL_TOTAL });
    expect(linesAboutCluster(run.text)).toEqual(linesAboutCluster(before.text));
  });

  it('is left out too where each attempt takes so long that nothing is left of the budget', async () => {
    await lab.serve(smallCluster);
    lab.storage.answerNext(ofRedis, 'hang', 'hang');

    expect(await lab.read({ timeoutMs: 100, retryBudgetMs: 150 })).toMatchObject({
      exitCode: 5,
      total: SMALL_TOTAL - 1,
      skipped: { unreadable: 1 },
    });
  });

  it('is waited for while the server only has no time', async () => {
    await lab.serve(smallCluster);
    lab.storage.answerNext(ofRedis, ...times(8, faults.queueFull));

    expect(await lab.read()).toMatchObject({ exitCode: 0, total: SMALL_TOTAL, skipped: {} });
  });
});

describe('a budget that is used up', () => {
  it('comes back with the next answer: a kind that was down costs no other one its retries', async () => {
    await lab.serve(smallCluster);
    lab.storage.answerNext({ verb: 'list', resource: POSTURES }, ...times(60, faults.queueFull));
    const clock = skippingClock();
    let left = 0;
    lab.storage.answerNext({ verb: 'get', resource: MANIFESTS }, async () => {
      left = clock.slept.length;
      return faults.queueFull;
    });
    // Without a ConfigMap to read, the manifest is what is asked for next.
    const run = await lab.read({ clock, retryBudgetMs: 5000, needsClusterName: false });

    expect(run).toMatchObject({ exitCode: 5, total: SMALL_TOTAL, up: { ...allUp, [POSTURES]: 0 } });
    expect(clock.slept.length - left).toBe(1);
  });

  it('stays used up where the server answers nothing at all', async () => {
    await lab.serve(smallCluster);
    lab.storage.answerNext({ verb: 'list', resource: POSTURES }, async () => {
      lab.storage.answerNext(() => true, ...times(500, faults.unavailable));
      return faults.unavailable;
    });
    const options = { retryBudgetMs: 5000, needsClusterName: false };
    const { exitCode, text, messages } = await lab.read(options);

    expect({ exitCode, text }).toEqual({ exitCode: 3, text: '' });
    expect(messages).toContain('reading stopped');
  });
});

describe('a manifest that is answered 404', () => {
  it('is no deleted one if it is still there: its last findings stand in, and nothing ends', async () => {
    await lab.serve(smallCluster);
    await keep();
    lab.storage.store.put(image('redis', { severities: ['Low', 'Low'] }));
    lab.storage.answerNext(ofRedis, notFound);
    const run = await keep();

    expect(run).toMatchObject({
      exitCode: 5,
      isComplete: false,
      total: SMALL_TOTAL,
      skipped: { unreadable: 1 },
    });
    expect(run.messages).toContain('the server has the object but cannot read its findings');
  });

  it('has vanished if it is not: asked once, for its metadata only', async () => {
    await lab.serve(smallCluster);
    lab.storage.store.corrupt({ resource: MANIFESTS, namespace: 'kubescape', name });
    const run = await lab.read();

    expect(run).toMatchObject({ exitCode: 0, isComplete: true, skipped: { deleted: 1 } });
    const asked = lab.storage.requests.filter((request) => request.name === name);
    expect(asked.map(({ query }) => query)).toEqual([{}, { resourceVersion: 'metadata' }]);
  });
});

describe('severities that are none of the six', () => {
  it('are told of in every run, also when nothing was read anew', async () => {
    const odd = image('odd', { severities: ['Weird', 'High'] });
    await lab.serve([odd, runs(odd, { namespace: 'a', workload: 'a' })]);
    const source = await openSource(lab.storage, lab.folder, { stateDir: lab.folder });
    const first = await runSource(source, { strict: true });

    expect(first).toMatchObject({ exitCode: 5, skipped: { unknown_severity: 1 } });
    for (const next of [await runSource(source, { strict: true }), await keep({ strict: true })]) {
      expect(next).toMatchObject({ exitCode: 5, skipped: { unknown_severity: 1 } });
      expect(next.messages).toBe(first.messages);
    }
    expect(lab.manifests()).toHaveLength(1);
  });
});

describe('a match with more scores than a call takes arguments', () => {
  it('is read like any other', async () => {
    const match = { metrics: { baseScore: 5 } };
    const scores = JSON.stringify(times(130_000, match));
    await lab.serve(smallCluster);
    lab.storage.answerNext(ofRedis, withText('"cvss":null', `"cvss":${scores}`));

    expect(await lab.read({ maxDocumentBytes: 2 ** 26 })).toMatchObject({
      exitCode: 0,
      total: SMALL_TOTAL,
    });
  });
});

describe('an answer that quotes the request', () => {
  it('is told of without the token in it', async () => {
    await lab.serve(smallCluster);
    const body = 'bad request: authorization: Bearer test';
    lab.storage.answerNext({ verb: 'list', resource: SUMMARIES }, { status: 400, body });
    const { messages } = await lab.read();

    expect(messages).toContain('bad request: authorization: [redacted]');
  });
});

describe('findings that were read before a run ended', () => {
  const ofPostgres = { verb: 'get', name: postgres.metadata.name } as const;

  it('in a failure are kept, so that the next run goes on from there', async () => {
    await lab.serve(smallCluster);
    lab.storage.answerNext(ofPostgres, faults.queueFull);
    const failed = await keep({ retryBudgetMs: 500 });
    const asked = lab.storage.requests.length;
    const next = await keep();

    expect([failed.exitCode, next.exitCode, next.total]).toEqual([3, 0, SMALL_TOTAL]);
    expect(lab.manifests(asked)).toEqual([postgres.metadata.name]);
  });

  it('by its deadline are kept too', async () => {
    await lab.serve(smallCluster);
    lab.storage.answerNext(ofPostgres, 'hang');
    const args = ['--state-dir', lab.folder];
    const stopped = await lab.run('push', [...args, '--deadline', '3s']);
    const asked = lab.storage.requests.length;
    const next = await lab.run('push', args);

    expect([stopped.exitCode, next.exitCode]).toEqual([4, 0]);
    expect(lab.manifests(asked)).toEqual([postgres.metadata.name]);
  });

  it('by being killed are kept up to those of the last half a minute', async () => {
    const images = Array.from({ length: 40 }, (_, index) => image(`image-${index}`));
    await lab.serve([...images, ...images.slice(0, 1).map((of) => runs(of, shop))]);
    const path = join(lab.folder, 'findings.bin');
    const isThere: boolean[] = [];
    function look(): void {
      isThere.push(existsSync(path));
    }
    lab.storage.answerNext({ verb: 'get', resource: MANIFESTS }, ...times(40, afterwards(look)));
    // Each manifest takes a second.
    const clock = { ...skippingClock(), now: () => 1000 * lab.manifests().length };

    expect(await keep({ clock })).toMatchObject({ exitCode: 0 });
    // The next one is under way by then.
    expect(isThere.indexOf(true)).toBe(31);
  });
});

/** Reads, and keeps what is left for the next run, which is another process. */
async function keep(options: AgentOptions = {}): Promise<AgentRun> {
  return lab.read({ stateDir: lab.folder, ...options });
}

function withText(text: string, instead: string): ScriptedAnswer {
  return async (_request, normal) => {
    const answer = await normal();
    if (typeof answer === 'string' || 'watch' in answer) return answer;
    const { body } = answer;
    return { ...answer, ...(typeof body === 'string' && { body: body.replace(text, instead) }) };
  };
}

function times<Value>(count: number, value: Value): Value[] {
  return Array<Value>(count).fill(value);
}
