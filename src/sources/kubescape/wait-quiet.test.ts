import { Readable } from 'node:stream';

import { describe, expect, it } from 'vitest';

import type { RetryClock } from '../../http/retry-clock.ts';
import { ApiClient } from '../../kubernetes/api-client.ts';
import type { ApiRequest, ClusterAccess } from '../../kubernetes/cluster-access.ts';
import { SourceError } from '../scan-source.ts';
import { storageKinds } from './storage-api.ts';
import { type QuietResult, waitUntilQuiet } from './wait-quiet.ts';

const SECOND = 1000;

describe('waitUntilQuiet', () => {
  it('waits until nothing has changed for the given time', async () => {
    const { result, polls } = await wait({ quietMs: 8 * SECOND });

    expect(result).toEqual({ isQuiet: true, waitedMs: 8 * SECOND, changes: 0 });
    // One poll every 2 s, from 0 s to 8 s.
    expect(polls).toBe(5);
  });

  it('restarts with each change', async () => {
    const changesAt = [3, 6, 13].map((seconds) => seconds * SECOND);
    const { result } = await wait({ quietMs: 8 * SECOND, changesAt });

    // Polls are 2 s apart, so the last change is seen at 14 s.
    expect(result).toEqual({ isQuiet: true, waitedMs: 22 * SECOND, changes: 3 });
  });

  it('detects added, deleted and changed objects', async () => {
    const lists = [['a/1'], ['a/1', 'b/1'], ['b/1'], ['b/2'], ['b/2']];
    const { result } = await wait({ quietMs: 4 * SECOND, lists });

    expect(result.changes).toBe(3);
  });

  it.each`
    what                                | lists
    ${'the order of a list'}            | ${[['a/1', 'b/1'], ['b/1', 'a/1'], ['a/1', 'b/1']]}
    ${'an object that is listed twice'} | ${[['a/1'], ['a/1', 'a/1'], ['a/1']]}
  `('ignores $what', async ({ lists }: ListCase) => {
    expect((await wait({ quietMs: 8 * SECOND, lists })).result.changes).toBe(0);
  });

  it('ends after the timeout while results still change', async () => {
    const changesAt = Array.from({ length: 100 }, (_, index) => index * SECOND);
    const { result } = await wait({ quietMs: 8 * SECOND, timeoutMs: 31 * SECOND, changesAt });

    expect(result).toMatchObject({ isQuiet: false, waitedMs: 31 * SECOND });
  });

  it.each`
    quiet            | pollMs
    ${SECOND / 10}   | ${SECOND}
    ${20 * SECOND}   | ${5 * SECOND}
    ${3600 * SECOND} | ${30 * SECOND}
  `('polls every $pollMs ms to wait for $quiet ms', async ({ quiet, pollMs }: PollCase) => {
    const { slept } = await wait({ quietMs: quiet, timeoutMs: 7200 * SECOND });

    expect(new Set(slept)).toEqual(new Set([pollMs]));
  });

  it('requests metadata only', async () => {
    const { requests } = await wait({ quietMs: SECOND });

    expect(new Set(requests.map(({ query }) => query?.['resourceVersion']))).toEqual(
      new Set(['metadata']),
    );
    const paths = requests.map(({ path }) => path.replace(/.*v1beta1/, ''));
    expect(new Set(paths)).toEqual(
      new Set([
        '/vulnerabilitymanifestsummaries',
        '/namespaces/ks/vulnerabilitymanifests',
        '/workloadconfigurationscansummaries',
        '/workloadconfigurationscans',
      ]),
    );
  });

  it.each([403, 404])('ignores kinds that are answered %i', async (status) => {
    const { result } = await wait({ quietMs: SECOND, status });

    expect(result.isQuiet).toBe(true);
  });

  it('fails if the server rejects the request', async () => {
    await expect(wait({ quietMs: SECOND, status: 400 })).rejects.toThrow(SourceError);
  });
});

interface ListCase {
  readonly lists: readonly (readonly string[])[];
}
interface PollCase {
  readonly quiet: number;
  readonly pollMs: number;
}

interface WaitOptions {
  readonly quietMs: number;
  readonly timeoutMs?: number;
  /** Times in milliseconds at which an object changes. */
  readonly changesAt?: readonly number[];
  /** `name/version` of the objects in each poll. */
  readonly lists?: readonly (readonly string[])[];
  readonly status?: number;
}

interface Waited {
  readonly result: QuietResult;
  readonly polls: number;
  readonly slept: readonly number[];
  readonly requests: readonly ApiRequest[];
}

async function wait(options: WaitOptions): Promise<Waited> {
  const { quietMs, timeoutMs = 600 * SECOND, changesAt = [], lists, status = 200 } = options;
  let nowMs = 0;
  const slept: number[] = [];
  const clock: RetryClock = {
    now: () => nowMs,
    random: () => 0.5,
    async sleep(ms) {
      slept.push(ms);
      nowMs += ms;
    },
  };
  const requests: ApiRequest[] = [];
  const access: ClusterAccess = {
    server: 'https://cluster',
    origin: 'test',
    close: () => undefined,
    async request(request) {
      const poll = Math.floor(requests.push(request) / 3 - 0.1);
      const version = changesAt.filter((at) => at <= nowMs).length;
      const objects = lists === undefined ? [`a/${version}`] : (lists[poll] ?? lists.at(-1) ?? []);
      return { status, retryAfter: undefined, body: Readable.from([listOf(objects)]) };
    },
  };
  const client = new ApiClient({ access, clock, retryBudgetMs: 0, timeoutMs: SECOND });
  const { signal } = new AbortController();
  const result = await waitUntilQuiet({
    client,
    namespace: 'ks',
    kinds: storageKinds,
    clock,
    quietMs,
    timeoutMs,
    signal,
  });
  return { result, polls: slept.length + 1, slept, requests };
}

function listOf(objects: readonly string[]): Buffer {
  const items = objects.map((text) => {
    const [name, checksum = ''] = text.split('/');
    const annotations = { 'kubescape.io/sync-checksum': checksum };
    return { metadata: { name, namespace: 'kubescape', annotations } };
  });
  return Buffer.from(JSON.stringify({ metadata: {}, items }));
}
