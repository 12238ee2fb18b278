import { afterEach, describe, expect, it } from 'vitest';

import {
  type GroupRemoval,
  removeGroups,
  type RemoveGroupsOptions,
} from '../../src/sinks/pushgateway/remove-groups.ts';
import { startForwardProxy } from '../support/network/forward-proxy.ts';
import {
  type FakeAnswer,
  type FakePushgateway,
  startFakePushgateway,
} from '../support/sinks/fake-pushgateway.ts';

let server: FakePushgateway;
afterEach(async () => server.stop());

const metrics = `# TYPE other gauge
other{cluster="c",instance="",job="kubescape"} 1
# TYPE push_failure_time_seconds gauge
push_failure_time_seconds{cluster="absent",instance="",job="kubescape"} 0
# TYPE push_time_seconds gauge
push_time_seconds{cluster="bad",instance="",job="kubescape"} 0
push_time_seconds{cluster="c",instance="",job="kubescape"} 1.7000000005e+09
push_time_seconds{cluster="c",instance="",job="kubescape",shard="1"} 1.7e+09
push_time_seconds{cluster="q\\"ö",instance="i",job="kubescape"} 1.7e+09
`;

describe('removeGroups', () => {
  it.each`
    what                         | labels                                     | status       | finding
    ${'a group'}                 | ${[['cluster', 'c']]}                      | ${'ok'}      | ${'deleted; last pushed 2023-11-14T22:13:20.500Z'}
    ${'a shard'}                 | ${[['cluster', 'c'], ['shard', '1']]}      | ${'ok'}      | ${'deleted; last pushed 2023-11-14T22:13:20.000Z'}
    ${'a non-ASCII value'}       | ${[['cluster', 'q"ö'], ['instance', 'i']]} | ${'ok'}      | ${'deleted; last pushed 2023-11-14T22:13:20.000Z'}
    ${'a group without success'} | ${[['cluster', 'bad']]}                    | ${'ok'}      | ${'deleted; no push has succeeded yet'}
    ${'another shard'}           | ${[['cluster', 'c'], ['shard', '2']]}      | ${'warning'} | ${'the group did not exist; nothing was deleted'}
    ${'another cluster'}         | ${[['cluster', 'absent']]}                 | ${'warning'} | ${'the group did not exist; nothing was deleted'}
  `('reports for $what: $finding', async ({ labels, status, finding }: GroupCase) => {
    await start([200, metrics], [202]);

    expect(await remove({ groups: [labels] })).toMatchObject([{ status, finding }]);
    expect(server.received.map(({ method }) => method)).toEqual(['GET', 'DELETE']);
  });

  it('uses the path, query and credentials of the URL', async () => {
    await start([200, metrics], [202]);

    const [removal] = await remove({ url: `http://me:hunter2@${server.host}/push/?a=b` });

    const authorization = `Basic ${btoa('me:hunter2')}`;
    expect(server.received).toMatchObject([
      { method: 'GET', url: '/push/metrics?a=b', headers: { authorization } },
      { method: 'DELETE', url: '/push/metrics/job/kubescape/cluster/c?a=b' },
    ]);
    expect(server.received[1]?.headers.authorization).toBe(authorization);
    expect(removal?.subject).toBe('group job="kubescape" cluster="c"');
  });

  it('sends credentials and headers with both requests', async () => {
    await start([200], [202]);
    const text = { text: 'p' };
    const auth = { kind: 'basic', username: { text: 'u' }, password: text } as const;

    await remove({ access: { auth }, headers: { 'X-Tenant': 't' } });

    const sent = server.received.map(({ method, headers }) => [
      method,
      headers.authorization,
      headers['x-tenant'],
    ]);
    const basic = `Basic ${Buffer.from('u:p').toString('base64')}`;
    expect(sent).toEqual([
      ['GET', basic, 't'],
      ['DELETE', basic, 't'],
    ]);
  });

  it('only reports in a dry run', async () => {
    await start([200, metrics]);

    const removals = await remove({
      isDryRun: true,
      groups: [[['cluster', 'c']], [['cluster', 'absent']]],
    });

    expect(removals).toMatchObject([
      { status: 'ok', finding: 'would be deleted; last pushed 2023-11-14T22:13:20.500Z' },
      { status: 'warning', finding: 'the group does not exist' },
    ]);
    expect(server.received.map(({ method }) => method)).toEqual(['GET']);
  });

  it.each`
    isDryRun | status      | begins                                                   | requests
    ${false} | ${'ok'}     | ${'deleted if it existed; cannot tell whether it did: '} | ${2}
    ${true}  | ${'failed'} | ${'cannot tell whether the group exists: '}              | ${1}
  `(
    'reports that it could not look up the group (dry run: $isDryRun)',
    async (row: UnknownCase) => {
      await start([403, 'secret page'], [202]);

      const [removal] = await remove({ isDryRun: row.isDryRun });

      expect(removal).toEqual({
        subject: 'group job="kubescape" cluster="c"',
        status: row.status,
        finding: `${row.begins}http://${server.host}/metrics answered 403 (check whether the credentials allow pushing and deleting)`,
      });
      expect(server.received).toHaveLength(row.requests);
    },
  );

  it.each`
    status | says
    ${302} | ${/redirects are not followed/}
    ${401} | ${/check the credentials/}
    ${404} | ${/must not contain \/metrics/}
    ${405} | ${/may block this method/}
  `('explains the answer $status', async ({ status, says }: AnswerCase) => {
    await start([200, metrics], [status, 'no']);

    const removals = await remove({ groups: [[['cluster', 'c']], [['cluster', 'd']]] });

    expect(removals.map((removal) => removal.status)).toEqual(['failed', 'failed']);
    for (const { finding } of removals) expect(finding).toMatch(says);
  });

  it('retries after 503 and continues', async () => {
    await start([200, metrics], [503], [202]);

    const removals = await remove({ groups: [[['cluster', 'c']], [['cluster', 'bad']]] });

    expect(removals.map(({ status }) => status)).toEqual(['ok', 'ok']);
    expect(server.received).toHaveLength(4);
  });

  it('uses the retry budget once for all groups', async () => {
    await start([503]);

    const removals = await remove({
      retryBudgetMs: 0,
      groups: [[['cluster', 'c']], [['cluster', 'd']]],
    });

    expect(removals.map(({ status }) => status)).toEqual(['failed', 'failed']);
    expect(removals.map(({ finding }) => finding)).toEqual([
      expect.stringContaining('503'),
      'not deleted: the Pushgateway is unavailable',
    ]);
    expect(server.received).toHaveLength(2);
  });

  it('ignores the metrics if a line is too long', async () => {
    await start([200, 'x'.repeat(3 * 2 ** 20)], [202]);

    expect(await remove()).toMatchObject([
      {
        status: 'ok',
        finding: `deleted if it existed; cannot tell whether it did: no answer from http://${server.host}/metrics: the answer is incomplete or not text`,
      },
    ]);
  });

  it('reports that a proxy rejected the connection', async () => {
    await start();
    const { url, close } = await startForwardProxy({ status: 407 });
    const access = { proxy: { url, noProxy: '', connectHeaders: {} } };

    const removals = await remove({ url: 'https://far.example', isDryRun: true, access });
    await close();

    expect(removals).toMatchObject([
      {
        status: 'failed',
        finding:
          'cannot tell whether the group exists: no answer from https://far.example/metrics: the proxy answered 407',
      },
    ]);
  });

  it('rejects when aborted', async () => {
    await start([200, metrics]);

    await expect(remove({}, AbortSignal.abort())).rejects.toThrow(/abort/i);
    expect(server.received).toEqual([]);
  });
});

interface GroupCase {
  readonly labels: readonly (readonly [string, string])[];
  readonly status: GroupRemoval['status'];
  readonly finding: string;
}

interface UnknownCase {
  readonly isDryRun: boolean;
  readonly status: GroupRemoval['status'];
  readonly begins: string;
  readonly requests: number;
}

interface AnswerCase {
  readonly status: number;
  readonly says: RegExp;
}

async function start(...answers: readonly FakeAnswer[]): Promise<void> {
  server = await startFakePushgateway(...answers);
}

async function remove(
  options: Partial<RemoveGroupsOptions> = {},
  signal = new AbortController().signal,
): Promise<GroupRemoval[]> {
  const removals: GroupRemoval[] = [];
  const all = {
    url: `http://${server.host}`,
    job: 'kubescape',
    groups: [[['cluster', 'c'] as const]],
    isDryRun: false,
    timeoutMs: 5000,
    retryBudgetMs: 10_000,
    userAgent: 'kubescape-push/1.2.3',
    ...options,
  };
  for await (const removal of removeGroups(all, signal)) removals.push(removal);
  return removals;
}
