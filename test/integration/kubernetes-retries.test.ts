import { describe, expect, it } from 'vitest';

import { messagesOf } from '../support/cli/run-cli.ts';
import { faults } from '../support/fake-storage/faults.ts';
import { skippingClock } from '../support/kubernetes/agent-run.ts';
import { isLaterPage, repeated } from '../support/kubernetes/answers.ts';
import { allUp, MANIFESTS, POSTURES, SUMMARIES, useLab } from '../support/kubernetes/lab.ts';
import {
  nginx,
  redis,
  SMALL_TOTAL,
  smallCluster,
  workloads,
} from '../support/kubernetes/small-cluster.ts';
import { samplesOf, valueOf } from '../support/metrics/exposition-values.ts';

const lab = useLab();
const { name } = redis.metadata;
const temporary = [
  'queueFull',
  'unavailable',
  'requestTimeout',
  'serverTimeout',
  'reset',
  'halfBody',
] as const;

/** A body that stops after its beginning. */
const stalled = {
  status: 200,
  headers: { 'Content-Length': '1000000' },
  body: '{"metadata":{},"items":[',
} as const;

describe.each([
  { of: 'summaries', match: { verb: 'list', resource: SUMMARIES } },
  { of: 'the manifest index', match: { verb: 'list', resource: MANIFESTS } },
  { of: 'configuration scans', match: { verb: 'list', resource: POSTURES } },
  { of: 'a manifest', match: { verb: 'get', resource: MANIFESTS } },
] as const)('a request for $of', ({ match }) => {
  it.each(temporary)('is retried after %s', async (fault) => {
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

  it.each([
    ['hangs', 'hang'],
    ['stalls', stalled],
  ] as const)('is retried if the response %s', async (_what, answer) => {
    await lab.serve(smallCluster);
    lab.storage.answerNext(match, answer);

    expect(await lab.read({ timeoutMs: 100 })).toMatchObject({
      exitCode: 0,
      total: SMALL_TOTAL,
      skipped: {},
    });
  });
});

describe('the pause before a retry', () => {
  it('doubles, unless the server sends Retry-After', async () => {
    await lab.serve(smallCluster);
    lab.storage.answerNext(
      { verb: 'list', resource: SUMMARIES },
      ...[faults.queueFull, faults.unavailable, faults.reset, faults.serverTimeout],
    );
    const clock = skippingClock();
    await lab.read({ clock });

    expect(clock.slept).toEqual([1000, 2000, 4000, 1000]);
  });

  it('is at most 15 s, until the budget is exhausted', async () => {
    await lab.serve(smallCluster);
    lab.failFromNowOn(anything, 'unavailable');
    const clock = skippingClock();

    expect(await lab.read({ clock, retryBudgetMs: 60_000 })).toMatchObject({
      exitCode: 3,
      text: '',
    });
    // Without duplicates, because two lists are requested concurrently.
    expect([...new Set(clock.slept)]).toEqual([1000, 2000, 4000, 8000, 15_000]);
  });
});

describe('an exhausted retry budget', () => {
  it('leaves one attempt for each list', async () => {
    await lab.serve(smallCluster);
    lab.failFromNowOn(anything, 'queueFull');
    const clock = skippingClock();
    await lab.read({ clock, retryBudgetMs: 500 });

    expect(clock.slept).toEqual([]);
    expect(lab.storage.requests.map(({ resource }) => resource)).toEqual([
      SUMMARIES,
      MANIFESTS,
      POSTURES,
    ]);
  });

  it('is restored by the next response', async () => {
    await lab.serve(smallCluster);
    lab.storage.answerNext({ verb: 'list', resource: POSTURES }, ...repeated(60, faults.queueFull));
    const clock = skippingClock();
    let before = 0;
    lab.storage.answerNext({ verb: 'get', resource: MANIFESTS }, async () => {
      before = clock.slept.length;
      return faults.queueFull;
    });
    // Without reading the ConfigMap, the next request is for a manifest.
    const run = await lab.read({ clock, retryBudgetMs: 5000, needsClusterName: false });

    expect(run).toMatchObject({ exitCode: 5, total: SMALL_TOTAL, up: { ...allUp, [POSTURES]: 0 } });
    expect(clock.slept.length - before).toBe(1);
  });

  it('stays exhausted while the server answers nothing', async () => {
    await lab.serve(smallCluster);
    lab.storage.answerNext({ verb: 'list', resource: POSTURES }, async () => {
      lab.failFromNowOn(anything, 'unavailable');
      return faults.unavailable;
    });
    const options = { retryBudgetMs: 5000, needsClusterName: false };
    const { exitCode, text, messages } = await lab.read(options);

    expect({ exitCode, text }).toEqual({ exitCode: 3, text: '' });
    expect(messages).toContain('reading stopped');
  });
});

describe('a server that fails for longer than the retry budget', () => {
  it.each(temporary)('by %s yields no result, not even a partial one', async (fault) => {
    await lab.serve(smallCluster);
    failFromManifest(name, fault);
    const { exitCode, text, messages } = await lab.read({ retryBudgetMs: 5000 });

    expect({ exitCode, text }).toEqual({ exitCode: 3, text: '' });
    expect(messages).toContain('reading stopped');
    expect(lab.manifests()[0]).toBe(nginx.metadata.name);
  });

  it.each([
    ['the list of summaries', { verb: 'list', resource: SUMMARIES }, SUMMARIES],
    ['the list of manifests', { verb: 'list', resource: MANIFESTS }, MANIFESTS],
    ['a later page', isLaterPage(SUMMARIES), SUMMARIES],
  ] as const)('in %s makes vulnerabilities down, and only those', async (_what, match, kind) => {
    await lab.serve([...smallCluster, ...workloads(300)]);
    lab.failFromNowOn(match, 'unavailable');
    const { exitCode, total, up, text } = await lab.read({ retryBudgetMs: 5000 });

    expect({ exitCode, total, up }).toEqual({
      exitCode: 5,
      total: undefined,
      up: { ...allUp, [kind]: 0 },
    });
    const names = samplesOf(text).map((sample) => sample.name);
    expect(names).not.toContain('kubescape_scanned_images');
    expect(valueOf(text, 'kubescape_scanned_resources')).toBe(2);
  });

  it('in one list does not make a deleted manifest fail the run', async () => {
    await lab.serve(smallCluster);
    lab.failFromNowOn({ verb: 'list', resource: POSTURES }, 'queueFull');
    lab.storage.store.corrupt({ resource: MANIFESTS, namespace: 'kubescape', name });

    expect(await lab.read({ retryBudgetMs: 5000 })).toMatchObject({
      exitCode: 5,
      total: SMALL_TOTAL - 1,
      skipped: { deleted: 1 },
    });
  });
});

describe('the program', () => {
  it('applies --read-timeout and --read-retry-budget', async () => {
    await lab.serve(smallCluster);
    lab.failFromNowOn(({ path }) => path.includes('spdx.softwarecomposition'), 'hang');
    const run = await lab.run('push', ['--read-timeout', '200ms', '--read-retry-budget', '1500ms']);

    expect(run).toMatchObject({ exitCode: 3, stdout: '' });
    expect(messagesOf(run)).toContain('timed out after 200 ms');
    expect(lab.lists(SUMMARIES)).toHaveLength(2);
  });

  it('prints nothing if the server fails midway', async () => {
    await lab.serve(smallCluster);
    failFromManifest(name, 'reset');
    const run = await lab.run('push', ['--read-retry-budget', '0s']);

    expect(run).toMatchObject({ exitCode: 3, stdout: '' });
    expect(messagesOf(run)).toContain('reading stopped');
  });
});

function anything(): boolean {
  return true;
}

/** Makes all requests fail from the GET of this manifest on. */
function failFromManifest(manifest: string, fault: keyof typeof faults): void {
  lab.storage.answerNext({ verb: 'get', name: manifest }, () => {
    lab.failFromNowOn(anything, fault);
    return 'reset';
  });
}
