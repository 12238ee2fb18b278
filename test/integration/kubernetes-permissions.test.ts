import { describe, expect, it } from 'vitest';

import { messagesOf } from '../support/cli/run-cli.ts';
import { allUp, MANIFESTS, POSTURES, SUMMARIES, useLab } from '../support/kubernetes/lab.ts';
import { SMALL_TOTAL, smallCluster } from '../support/kubernetes/small-cluster.ts';
import { valueOf } from '../support/metrics/exposition-values.ts';

const lab = useLab();

describe('a kind', () => {
  it.each`
    kind         | total          | resources
    ${SUMMARIES} | ${undefined}   | ${2}
    ${MANIFESTS} | ${undefined}   | ${2}
    ${POSTURES}  | ${SMALL_TOTAL} | ${undefined}
  `('that may not be listed is down, with the missing rule: $kind', async (row: ForbidCase) => {
    const { kind, total, resources } = row;
    await lab.serve(smallCluster, { forbid: (_verb, resource) => resource === kind });
    const run = await lab.read();

    expect(run).toMatchObject({ exitCode: 0, total, up: { ...allUp, [kind]: 0 } });
    expect(valueOf(run.text, 'kubescape_scanned_resources')).toBe(resources);
    expect(run.messages).toContain(ruleFor(kind));
    expect(await lab.read({ strict: true })).toMatchObject({ exitCode: 5 });
  });

  it('whose objects may be listed but not read fails the run, with the missing rule', async () => {
    await lab.serve(smallCluster, { forbid: (verb, kind) => verb === 'get' && kind === MANIFESTS });
    const { exitCode, text, messages } = await lab.read();

    expect({ exitCode, text }).toEqual({ exitCode: 3, text: '' });
    expect(messages).toContain(ruleFor(MANIFESTS));
  });

  it.each([SUMMARIES, MANIFESTS, POSTURES])('that is not installed is down: %s', async (kind) => {
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

describe.each`
  state       | message
  ${'absent'} | ${'is the Kubescape operator installed'}
  ${'down'}   | ${'service unavailable'}
`('an API that is $state', ({ state, message }: StateCase) => {
  it('fails the run with advice', async () => {
    await lab.serve(smallCluster, { apiService: state });
    const run = await lab.run('push', ['--read-retry-budget', '0s']);

    expect(run).toMatchObject({ exitCode: 3, stdout: '' });
    expect(messagesOf(run)).toContain(message);
  });

  it('fails the run of a shard', async () => {
    await lab.serve(smallCluster, { apiService: state });

    expect(await lab.read({ shard: { index: 1, count: 3 }, retryBudgetMs: 0 })).toMatchObject({
      exitCode: 3,
      text: '',
    });
  });
});

interface StateCase {
  readonly state: 'absent' | 'down';
  readonly message: string;
}

it('removes the token from a response that quotes the request', async () => {
  await lab.serve(smallCluster);
  const body = 'bad request: authorization: Bearer test';
  lab.storage.answerNext({ verb: 'list', resource: SUMMARIES }, { status: 400, body });
  const { messages } = await lab.read();

  expect(messages).toContain('bad request: authorization: [redacted]');
});

function ruleFor(kind: string): string {
  return `{apiGroups: [spdx.softwarecomposition.kubescape.io], resources: [${kind}], verbs: [get, list, watch]}`;
}
