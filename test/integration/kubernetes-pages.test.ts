import { describe, expect, it } from 'vitest';

import type { ApiRequest } from '../support/fake-storage/api-request.ts';
import { withFilter } from '../support/kubernetes/agent-run.ts';
import { afterwards, changingItems, isLaterPage, repeated } from '../support/kubernetes/answers.ts';
import { allUp, MANIFESTS, POSTURES, SUMMARIES, useLab } from '../support/kubernetes/lab.ts';
import {
  configuration,
  configurations,
  image,
  images,
  nginx,
  redis,
  runs,
  smallCluster,
  workloads,
} from '../support/kubernetes/small-cluster.ts';
import { samplesOf, valueOf, valuesBy } from '../support/metrics/exposition-values.ts';

const lab = useLab();

describe('a list with several pages', () => {
  it.each`
    count  | pages | why
    ${199} | ${1}  | ${'less than a page'}
    ${200} | ${3}  | ${'a full page, an empty one, and the full page again'}
    ${401} | ${3}  | ${'more than two pages'}
  `('of $count summaries takes $pages requests: $why', async ({ count, pages }: PageCase) => {
    await lab.serve([nginx, ...workloads(count)]);
    const { exitCode, text } = await lab.read();

    expect(exitCode).toBe(0);
    expect(valueOf(text, 'kubescape_scanned_containers')).toBe(count);
    expect(lab.lists(SUMMARIES)).toHaveLength(pages);
  });

  it('of configuration scans is read completely', async () => {
    await lab.serve(configurations(400));
    const { text } = await lab.read();

    expect(valueOf(text, 'kubescape_scanned_resources')).toBe(400);
    expect(lab.lists(POSTURES)).toHaveLength(4);
  });

  it('of manifests is read completely, in pages of 500', async () => {
    await lab.serve([...images(500), ...workloads(1, image('image-0'))]);
    const { text } = await lab.read();

    // No summary references the other images.
    expect(valueOf(text, 'kubescape_unreferenced_images')).toBe(499);
    expect(lab.lists(MANIFESTS).map(({ query }) => query['limit'])).toEqual(['500', '500', '501']);
  });

  it('is read completely if its pages are smaller than requested', async () => {
    await lab.serve([nginx, ...workloads(10)]);
    lab.storage.answerNext(isFullPage, ...repeated(6, lab.answerAs({ limit: '2' })));
    const { text } = await lab.read();

    expect(valueOf(text, 'kubescape_scanned_containers')).toBe(10);
  });

  it('makes its kind down if a token occurs twice', async () => {
    await lab.serve([...smallCluster, ...workloads(200)]);
    const endless = { status: 200, body: '{"metadata":{"continue":"7"},"items":[]}' };
    lab.storage.answerNext({ verb: 'list', resource: SUMMARIES }, endless, endless);
    const { exitCode, total, up, messages } = await lab.read();

    expect({ exitCode, total, up }).toEqual({
      exitCode: 5,
      total: undefined,
      up: { ...allUp, [SUMMARIES]: 0 },
    });
    expect(messages).toContain('the pages of the list never end');
  });

  it.each([
    '{"metadata":{},"items":null}',
    '{"metadata":{"continue":""},"items":[]}',
    '{"metadata":null,"items":[]}',
  ])('may end with the page %s', async (body) => {
    await lab.serve([nginx, ...workloads(200)]);
    lab.storage.answerNext(isLaterPage(SUMMARIES), { status: 200, body });

    expect(await lab.read()).toMatchObject({ exitCode: 0, up: allUp });
  });

  it.each(['{}', '[]', 'null', '<html>Please log in</html>', '{"kind":"Status"}', ''])(
    'makes its kind down if a page is %o',
    async (body) => {
      await lab.serve([nginx, ...smallCluster, ...workloads(200)]);
      lab.storage.answerNext(isLaterPage(SUMMARIES), { status: 200, body });

      expect(await lab.read()).toMatchObject({
        exitCode: 5,
        total: undefined,
        up: { ...allUp, [SUMMARIES]: 0 },
      });
    },
  );
});

interface PageCase {
  readonly count: number;
  readonly pages: number;
}

describe('an object that was written between two pages', () => {
  it('counts once, with its later version: a summary', async () => {
    await lab.serve([nginx, redis, ...workloads(250)]);
    const moved = runs(redis, { namespace: 'shop', workload: 'w-0' });
    putBeforeSecondPage(SUMMARIES, moved);
    const { exitCode, text, skipped } = await lab.read();

    expect({ exitCode, skipped }).toEqual({ exitCode: 0, skipped: { duplicate: 1 } });
    expect(valueOf(text, 'kubescape_scanned_containers')).toBe(250);
    const rows = samplesOf(text).filter(
      ({ name, labels }) =>
        name === 'kubescape_workload_image_info' && labels['workload'] === 'w-0',
    );
    expect(rows.map(({ labels }) => labels['image'])).toEqual(['library/redis']);
  });

  it('counts once, with its later version: a configuration scan', async () => {
    await lab.serve(configurations(250));
    putBeforeSecondPage(POSTURES, configuration({ namespace: 'shop', workload: 'w-0' }, 7));
    const { exitCode, text, skipped } = await lab.read();

    expect({ exitCode, skipped }).toEqual({ exitCode: 0, skipped: { duplicate: 1 } });
    expect(valueOf(text, 'kubescape_scanned_resources')).toBe(250);
    expect(valuesBy(text, 'kubescape_total_failed_controls', 'severity')).toMatchObject({
      High: 249 + 7,
    });
  });

  it('counts once, with its later version: a manifest', async () => {
    await lab.serve([nginx, ...workloads(1), ...images(520)]);
    putBeforeSecondPage(MANIFESTS, image('nginx', { severities: ['Critical'] }));
    const options = withFilter({ includeWorkloads: ['w-0'] });
    const first = await lab.readWithState(options);
    const { length } = lab.storage.requests;
    const second = await lab.readWithState(options);

    expect(first).toMatchObject({ exitCode: 0, total: 1, skipped: { duplicate: 1 } });
    expect(second).toMatchObject({ exitCode: 0, total: 1, skipped: {} });
    expect(lab.manifests(length)).toEqual([]);
  });

  it('has no results if its later version is a stub', async () => {
    await lab.serve(smallCluster);
    lab.storage.answerNext(
      { verb: 'list', resource: POSTURES },
      changingItems((items) => [...items, { ...items[0], spec: { controls: null } }]),
    );
    const { exitCode, text, skipped } = await lab.read();

    expect({ exitCode, skipped }).toEqual({ exitCode: 0, skipped: { duplicate: 1, stub: 1 } });
    expect(valueOf(text, 'kubescape_scanned_resources')).toBe(1);
  });
});

function putBeforeSecondPage(kind: string, object: typeof nginx): void {
  lab.storage.answerNext(
    isLaterPage(kind),
    afterwards(() => lab.storage.store.put(object)),
  );
}

function isFullPage({ resource, query }: ApiRequest): boolean {
  return resource === SUMMARIES && query['limit'] === '200';
}
