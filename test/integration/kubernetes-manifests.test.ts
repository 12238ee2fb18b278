import { describe, expect, it } from 'vitest';

import { messagesOf } from '../support/cli/run-cli.ts';
import type { ScriptedAnswer } from '../support/fake-storage/script.ts';
import { allUp, MANIFESTS, useLab } from '../support/kubernetes/lab.ts';
import {
  image,
  nginx,
  redis,
  runs,
  SMALL_TOTAL,
  smallCluster,
} from '../support/kubernetes/small-cluster.ts';
import { linesAboutCluster } from '../support/metrics/exposition-values.ts';

const lab = useLab();
const { name } = redis.metadata;
const large = { severities: Array<string>(2000).fill('High') };
const huge = image('huge', large);

describe('a manifest that is gone when it is asked for', () => {
  it('is left out with its containers, and not counted as 0', async () => {
    await lab.serve(smallCluster);
    lab.storage.store.corrupt({ resource: MANIFESTS, namespace: 'kubescape', name });
    const run = await lab.read();

    expect(run).toMatchObject({
      exitCode: 0,
      total: SMALL_TOTAL - 1,
      up: allUp,
      skipped: { deleted: 1 },
    });
    expect(run.text).not.toContain('library/redis');
    expect(run.text).toContain('library/nginx');
  });

  it('has no findings any more, also where some are kept', async () => {
    await lab.serve(smallCluster);
    await lab.read({ stateDir: lab.folder });
    lab.storage.store.put(image('redis', { severities: ['Low'] }));
    lab.storage.store.corrupt({ resource: MANIFESTS, namespace: 'kubescape', name });
    const run = await lab.read({ stateDir: lab.folder });

    expect(run).toMatchObject({ total: SMALL_TOTAL - 1, skipped: { deleted: 1 } });
    expect(run.text).not.toContain('library/redis');
  });
});

describe.each`
  what                     | reason             | answer
  ${'has wrong types'}     | ${'invalid_shape'} | ${changedBy('"matches":[', '"matches":"many","also":[')}
  ${'is no JSON'}          | ${'invalid_json'}  | ${changedBy('"matches":[', '"matches":[,')}
  ${'is an HTML page'}     | ${'invalid_json'}  | ${{ status: 200, body: '<html>' }}
  ${'is refused for good'} | ${'unreadable'}    | ${{ status: 400, body: 'bad request' }}
  ${'is too large'}        | ${'too_large'}     | ${{ status: 200, body: Buffer.alloc(3 * 2 ** 20) }}
`('a manifest that $what', ({ reason, answer }: UnusableCase) => {
  it(`is skipped as ${reason}, and all others are read`, async () => {
    await lab.serve(smallCluster);
    lab.storage.answerNext({ verb: 'get', name }, answer);
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

  it('has the findings that were read last, if there are any', async () => {
    await lab.serve(smallCluster);
    const before = await lab.read({ stateDir: lab.folder });
    lab.storage.store.put(image('redis', { severities: ['Low', 'Low'] }));
    lab.storage.answerNext({ verb: 'get', name }, answer);
    const run = await lab.read({ stateDir: lab.folder });

    expect(run).toMatchObject({ exitCode: 5, total: SMALL_TOTAL, skipped: { [reason]: 1 } });
    expect(linesAboutCluster(run.text)).toEqual(linesAboutCluster(before.text));
    // They are not taken for the new ones.
    expect(await lab.read({ stateDir: lab.folder })).toMatchObject({
      exitCode: 0,
      total: SMALL_TOTAL + 1,
    });
  });
});

interface UnusableCase {
  readonly reason: string;
  readonly answer: ScriptedAnswer;
}

describe('--max-document-size', () => {
  it('bounds a manifest, and the rest is fine', async () => {
    await lab.serve([...smallCluster, huge, runs(huge, { namespace: 'shop', workload: 'huge' })]);
    const small = await lab.run('render', ['--max-document-size', '64KiB']);
    const enough = await lab.run('render', ['--max-document-size', '8MiB']);

    expect([small.exitCode, enough.exitCode]).toEqual([5, 0]);
    expect(small.stdout).toContain(
      `kubescape_total_vulnerabilities{cluster="prod-eu"} ${SMALL_TOTAL}\n`,
    );
    expect(small.stdout).toContain('reports_skipped{cluster="prod-eu",reason="too_large"} 1\n');
    expect(messagesOf(small)).toContain('larger than 64 KiB');
    expect(enough.stdout).toContain(
      `kubescape_total_vulnerabilities{cluster="prod-eu"} ${SMALL_TOTAL + 2000}\n`,
    );
  });

  it('does not bound a list', async () => {
    const workloads = Array.from({ length: 100 }, (_, index) =>
      runs(nginx, { namespace: 'shop', workload: `w-${index}` }),
    );
    await lab.serve([nginx, ...workloads]);

    expect(await lab.read({ maxDocumentBytes: 16 * 2 ** 10 })).toMatchObject({
      exitCode: 0,
      total: 300,
    });
  });
});

/** The normal answer, written otherwise. */
function changedBy(text: string, instead: string): ScriptedAnswer {
  return async (_request, normal) => {
    const answer = await normal();
    if (typeof answer === 'string' || !('body' in answer)) return answer;
    const { body } = answer;
    return { ...answer, ...(typeof body === 'string' && { body: body.replace(text, instead) }) };
  };
}
