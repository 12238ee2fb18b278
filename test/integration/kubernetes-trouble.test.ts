import { describe, expect, it } from 'vitest';

import { messagesOf } from '../support/cli/run-cli.ts';
import { faults } from '../support/fake-storage/faults.ts';
import type { Match } from '../support/fake-storage/script.ts';
import { skippingClock } from '../support/kubernetes/agent-run.ts';
import { allUp, MANIFESTS, POSTURES, SUMMARIES, useLab } from '../support/kubernetes/lab.ts';
import {
  nginx,
  redis,
  runs,
  SMALL_TOTAL,
  smallCluster,
} from '../support/kubernetes/small-cluster.ts';
import { samplesOf, valueOf } from '../support/metrics/exposition-values.ts';

const lab = useLab();
const passing = [
  ...(['queueFull', 'unavailable', 'requestTimeout'] as const),
  ...(['serverTimeout', 'reset', 'halfBody'] as const),
];
const api = /spdx\.softwarecomposition/;

const requests = [
  { of: 'summaries', match: { verb: 'list', resource: SUMMARIES } },
  { of: 'the manifest index', match: { verb: 'list', resource: MANIFESTS } },
  { of: 'configuration scans', match: { verb: 'list', resource: POSTURES } },
  { of: 'a manifest', match: { verb: 'get', resource: MANIFESTS } },
] as const;

describe.each(requests)('a request for $of', ({ match }) => {
  it.each(passing)('is made again after %s', async (fault) => {
    await lab.serve(smallCluster);
    lab.storage.answerNext(match, faults[fault], faults[fault]);
    const clock = skippingClock();

    expect(await lab.read({ clock })).toMatchObject({
      exitCode: 0,
      total: SMALL_TOTAL,
      up: allUp,
      skipped: {},
    });
    expect(lab.storage.scriptLeft).toBe(0);
    expect(clock.slept).toHaveLength(2);
  });

  it.each(['hang', 'stall'] as const)('is made again after a %s', async (fault) => {
    await lab.serve(smallCluster);
    lab.storage.answerNext(match, fault === 'hang' ? 'hang' : stalled);

    expect(await lab.read({ timeoutMs: 100 })).toMatchObject({
      exitCode: 0,
      total: SMALL_TOTAL,
      skipped: {},
    });
  });
});

/** A body that begins, and then nothing more comes. */
const stalled = {
  status: 200,
  headers: { 'Content-Length': '1000000' },
  body: '{"metadata":{},"items":[',
} as const;

describe('the time before a request is made again', () => {
  it('doubles, and is what the server says where it says so', async () => {
    await lab.serve(smallCluster);
    lab.storage.answerNext(
      { verb: 'list', resource: SUMMARIES },
      ...[faults.queueFull, faults.unavailable, faults.reset, faults.serverTimeout],
    );
    const clock = skippingClock();
    await lab.read({ clock });

    // 1 s, doubled twice, and the `Retry-After` of the last one.
    expect(clock.slept).toEqual([1000, 2000, 4000, 1000]);
  });

  it('is at most 15 s, until the budget is used up', async () => {
    await lab.serve(smallCluster);
    lab.storage.answerNext(anything, ...Array.from({ length: 100 }, () => faults.unavailable));
    const clock = skippingClock();

    expect(await lab.read({ clock, retryBudgetMs: 60_000 })).toMatchObject({
      exitCode: 3,
      text: '',
    });
    // Of two lists that are asked for side by side.
    expect([...new Set(clock.slept)]).toEqual([1000, 2000, 4000, 8000, 15_000]);
  });

  it('is not spent on a server that has used up the budget once', async () => {
    await lab.serve(smallCluster);
    lab.storage.answerNext(anything, ...Array.from({ length: 100 }, () => faults.queueFull));
    const clock = skippingClock();
    await lab.read({ clock, retryBudgetMs: 500 });

    expect(clock.slept).toEqual([]);
    // Each list is asked for once, because the other kinds have queues of their own.
    expect(lab.storage.requests.map(({ resource }) => resource)).toEqual([
      SUMMARIES,
      MANIFESTS,
      POSTURES,
    ]);
  });
});

function anything(): boolean {
  return true;
}

describe('a server that fails for longer than the budget', () => {
  it.each(passing)('by %s gives nothing, not even half of it', async (fault) => {
    await lab.serve(smallCluster);
    dieAt(redis.metadata.name, fault);
    const { exitCode, text, messages } = await lab.read({ retryBudgetMs: 5000 });

    expect({ exitCode, text }).toEqual({ exitCode: 3, text: '' });
    expect(messages).toContain('reading stopped');
    expect(lab.manifests()[0]).toBe(nginx.metadata.name);
  });

  it.each([SUMMARIES, MANIFESTS])(
    'in the list of %s switches the vulnerabilities off, and only those',
    async (resource) => {
      await lab.serve(smallCluster);
      failFromNowOn({ verb: 'list', resource }, 'unavailable');
      const { exitCode, total, up, text } = await lab.read({ retryBudgetMs: 5000 });

      expect({ exitCode, total, up }).toEqual({
        exitCode: 5,
        total: undefined,
        up: { ...allUp, [resource]: 0 },
      });
      expect(namesIn(text)).not.toContain('kubescape_scanned_images');
      expect(valueOf(text, 'kubescape_scanned_resources')).toBe(2);
    },
  );

  it('in the middle of a list gives none of that list', async () => {
    const more = Array.from({ length: 300 }, (_, index) =>
      runs(nginx, { namespace: 'shop', workload: `w-${index}` }),
    );
    await lab.serve([...smallCluster, ...more]);
    failFromNowOn(({ resource, query }) => resource === SUMMARIES && 'continue' in query, 'reset');

    expect(await lab.read({ retryBudgetMs: 5000 })).toMatchObject({
      exitCode: 5,
      total: undefined,
      up: { ...allUp, [SUMMARIES]: 0 },
    });
  });

  it('for one kind does not make a deleted manifest of another the end', async () => {
    await lab.serve(smallCluster);
    failFromNowOn({ verb: 'list', resource: POSTURES }, 'queueFull');
    lab.storage.store.corrupt({
      resource: MANIFESTS,
      namespace: 'kubescape',
      name: redis.metadata.name,
    });

    expect(await lab.read({ retryBudgetMs: 5000 })).toMatchObject({
      exitCode: 5,
      total: SMALL_TOTAL - 1,
      skipped: { deleted: 1 },
    });
  });
});

function failFromNowOn(match: Match, fault: 'reset' | 'queueFull' | keyof typeof faults): void {
  lab.storage.answerNext(match, ...Array.from({ length: 50 }, () => faults[fault]));
}

/** From the GET of this manifest on, nothing is answered any more. */
function dieAt(name: string, fault: keyof typeof faults): void {
  lab.storage.answerNext({ verb: 'get', name }, () => {
    failFromNowOn(anything, fault);
    return 'reset';
  });
}

function namesIn(text: string): ReadonlySet<string> {
  return new Set(samplesOf(text).map(({ name }) => name));
}

describe('the program', () => {
  it('obeys --read-timeout and --read-retry-budget, and prints nothing then', async () => {
    await lab.serve(smallCluster);
    lab.storage.answerNext(
      ({ path }) => api.test(path),
      ...Array.from({ length: 100 }, () => faults.hang),
    );
    const startMs = performance.now();
    const run = await lab.run('push', ['--read-timeout', '200ms', '--read-retry-budget', '1500ms']);

    expect(run).toMatchObject({ exitCode: 3, stdout: '' });
    expect(messagesOf(run)).toContain('timed out after 200 ms');
    expect(lab.lists(SUMMARIES)).toHaveLength(2);
    expect(performance.now() - startMs).toBeLessThan(6000);
  });

  it('prints nothing where the server dies midway', async () => {
    await lab.serve(smallCluster);
    dieAt(redis.metadata.name, 'reset');
    const run = await lab.run('push', ['--read-retry-budget', '0s']);

    expect(run).toMatchObject({ exitCode: 3, stdout: '' });
    expect(messagesOf(run)).toContain('reading stopped');
  });

  it.each`
    state       | message
    ${'absent'} | ${'is the Kubescape operator installed'}
    ${'down'}   | ${'service unavailable'}
  `('says so where the API is $state', async ({ state, message }: StateCase) => {
    await lab.serve(smallCluster, { apiService: state });
    const run = await lab.run('push', ['--read-retry-budget', '0s']);

    expect(run).toMatchObject({ exitCode: 3, stdout: '' });
    expect(messagesOf(run)).toContain(message);
  });
});

interface StateCase {
  readonly state: 'absent' | 'down';
  readonly message: string;
}

describe('a cluster of which nothing can be read', () => {
  it.each(['absent', 'down'] as const)(
    'gives a shard nothing either: its API is %s',
    async (apiService) => {
      await lab.serve(smallCluster, { apiService });

      expect(await lab.read({ shard: { index: 1, count: 3 }, retryBudgetMs: 0 })).toMatchObject({
        exitCode: 3,
        text: '',
      });
    },
  );

  it('gives nothing where all lists are empty', async () => {
    await lab.serve(smallCluster);
    for (const resource of [SUMMARIES, MANIFESTS, POSTURES]) {
      lab.storage.answerNext({ verb: 'list', resource }, faults.emptyList);
    }
    const { exitCode, text, messages } = await lab.read();

    expect({ exitCode, text }).toEqual({ exitCode: 3, text: '' });
    expect(messages).toContain('has a scan run?');
  });
});

describe('a kind', () => {
  it.each`
    verb      | kind         | total          | resources
    ${'list'} | ${SUMMARIES} | ${undefined}   | ${2}
    ${'list'} | ${MANIFESTS} | ${undefined}   | ${2}
    ${'list'} | ${POSTURES}  | ${SMALL_TOTAL} | ${undefined}
  `('that may not be read is off, with the rule to add: $kind', async (expected: ForbidCase) => {
    const { kind, total, resources } = expected;
    await lab.serve(smallCluster, { forbid: (_verb, resource) => resource === kind });
    const run = await lab.read();

    expect(run).toMatchObject({ exitCode: 0, total, up: { ...allUp, [kind]: 0 } });
    expect(valueOf(run.text, 'kubescape_scanned_resources')).toBe(resources);
    expect(run.messages).toContain(ruleFor(kind));
    expect(await lab.read({ strict: true })).toMatchObject({ exitCode: 5 });
  });

  it('whose objects may be listed but not read ends the run, with the rule to add', async () => {
    await lab.serve(smallCluster, { forbid: (verb, kind) => verb === 'get' && kind === MANIFESTS });
    const { exitCode, text, messages } = await lab.read();

    expect({ exitCode, text }).toEqual({ exitCode: 3, text: '' });
    expect(messages).toContain(ruleFor(MANIFESTS));
  });

  it.each([SUMMARIES, MANIFESTS, POSTURES])('that is not there is off: %s', async (kind) => {
    await lab.serve(smallCluster);
    const absent = { status: 404, body: '404 page not found\n' };
    lab.storage.answerNext({ resource: kind, verb: 'list' }, absent);
    const { exitCode, up, total } = await lab.read();

    expect({ exitCode, up }).toEqual({ exitCode: 0, up: { ...allUp, [kind]: 0 } });
    expect(total).toBe(kind === POSTURES ? SMALL_TOTAL : undefined);
  });
});

interface ForbidCase {
  readonly kind: string;
  readonly total: number | undefined;
  readonly resources: number | undefined;
}

function ruleFor(kind: string): string {
  return `{apiGroups: [spdx.softwarecomposition.kubescape.io], resources: [${kind}], verbs: [get, list, watch]}`;
}
