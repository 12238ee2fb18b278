import { describe, expect, it } from 'vitest';

import type { ApiRequest } from '../support/fake-storage/api-request.ts';
import type { StorageObject } from '../support/fake-storage/stored-object.ts';
import { withFilter } from '../support/kubernetes/agent-run.ts';
import {
  afterwards,
  allUp,
  isLaterPage,
  MANIFESTS,
  POSTURES,
  SUMMARIES,
  useLab,
} from '../support/kubernetes/lab.ts';
import {
  configuration,
  image,
  nginx,
  redis,
  runs,
  smallCluster,
} from '../support/kubernetes/small-cluster.ts';
import { samplesOf, valueOf, valuesBy } from '../support/metrics/exposition-values.ts';

const lab = useLab();
const shop = { namespace: 'shop', workload: 'shop' } as const;

describe('a list of several pages', () => {
  it.each`
    count  | pages | why
    ${199} | ${1}  | ${'less than a page'}
    ${200} | ${3}  | ${'a full page, so that the last one is empty, which is made sure of'}
    ${401} | ${3}  | ${'more than two pages'}
  `('of $count summaries is read in $pages requests: $why', async ({ count, pages }: PageCase) => {
    await lab.serve([nginx, ...workloads(count)]);
    const { exitCode, text } = await lab.read();

    expect(exitCode).toBe(0);
    expect(valueOf(text, 'kubescape_scanned_containers')).toBe(count);
    expect(lab.lists(SUMMARIES)).toHaveLength(pages);
  });

  it('of configuration scans is read to the end', async () => {
    await lab.serve(configurations(400));
    const { exitCode, text } = await lab.read();

    expect(exitCode).toBe(0);
    expect(valueOf(text, 'kubescape_scanned_resources')).toBe(400);
    expect(lab.lists(POSTURES)).toHaveLength(4);
  });

  it('of manifests is read to the end, in the largest pages that the server gives', async () => {
    const images = Array.from({ length: 500 }, (_, index) => image(`image-${index}`));
    await lab.serve([...images, ...images.slice(0, 1).map((of) => runs(of, shop))]);
    const { exitCode, text } = await lab.read();

    expect(exitCode).toBe(0);
    expect(valueOf(text, 'kubescape_scanned_images')).toBe(500);
    expect(lab.lists(MANIFESTS).map(({ query }) => query['limit'])).toEqual(['500', '500', '500']);
  });

  it('is followed where the pages are smaller than was asked for', async () => {
    await lab.serve([nginx, ...workloads(10)]);
    const inPagesOfTwo = lab.answerAs({ limit: '2' });
    lab.storage.answerNext(isOurList, ...Array.from({ length: 6 }, () => inPagesOfTwo));
    const { text } = await lab.read();

    expect(valueOf(text, 'kubescape_scanned_containers')).toBe(10);
  });

  it('that comes back to where it was is a failure, and no whole list', async () => {
    await lab.serve([...smallCluster, ...workloads(200)]);
    const again = { status: 200, body: '{"metadata":{"continue":"7"},"items":[]}' };
    lab.storage.answerNext({ verb: 'list', resource: SUMMARIES }, again, again);
    const { exitCode, total, up } = await lab.read();

    expect({ exitCode, total, up }).toEqual({
      exitCode: 5,
      total: undefined,
      up: { ...allUp, [SUMMARIES]: 0 },
    });
  });

  it.each`
    items       | body
    ${'null'}   | ${'{"metadata":{},"items":null}'}
    ${'[]'}     | ${'{"metadata":{"continue":""},"items":[]}'}
    ${'[] too'} | ${'{"metadata":null,"items":[]}'}
  `('may end with a page whose items are $items', async ({ body }: { body: string }) => {
    await lab.serve([nginx, ...workloads(200)]);
    lab.storage.answerNext(isLaterPage(SUMMARIES), { status: 200, body });

    expect(await lab.read()).toMatchObject({ exitCode: 0, up: allUp });
  });

  it.each(['{}', '[]', 'null', '<html>Please log in</html>', '{"kind":"Status"}', ''])(
    'is none, and not an empty one, if a page is %o',
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
  it('counts once, as the later page has it: a summary', async () => {
    await lab.serve([nginx, redis, ...workloads(250)]);
    const moved = runs(redis, { namespace: 'shop', workload: 'w-0' });
    lab.storage.answerNext(
      isLaterPage(SUMMARIES),
      afterwards(() => lab.storage.store.put(moved)),
    );
    const { exitCode, text, skipped } = await lab.read();

    expect({ exitCode, skipped }).toEqual({ exitCode: 0, skipped: { duplicate: 1 } });
    expect(valueOf(text, 'kubescape_scanned_containers')).toBe(250);
    const [first, ...more] = samplesOf(text).filter(
      ({ name, labels }) =>
        name === 'kubescape_workload_image_info' && labels['workload'] === 'w-0',
    );
    expect([first?.labels['image'], more]).toEqual(['library/redis', []]);
  });

  it('counts once, as the later page has it: a configuration scan', async () => {
    await lab.serve(configurations(250));
    const changed = configuration({ namespace: 'shop', workload: 'w-0' }, 7);
    lab.storage.answerNext(
      isLaterPage(POSTURES),
      afterwards(() => lab.storage.store.put(changed)),
    );
    const { exitCode, text, skipped } = await lab.read();

    expect({ exitCode, skipped }).toEqual({ exitCode: 0, skipped: { duplicate: 1 } });
    expect(valueOf(text, 'kubescape_scanned_resources')).toBe(250);
    expect(valuesBy(text, 'kubescape_total_failed_controls', 'severity')).toMatchObject({
      High: 249 + 7,
    });
  });

  it('counts once, as the later page has it: a manifest', async () => {
    const others = Array.from({ length: 520 }, (_, index) => image(`image-${index}`));
    await lab.serve([nginx, runs(nginx, { namespace: 'shop', workload: 'w-0' }), ...others]);
    const rescanned = image('nginx', { severities: ['Critical'] });
    lab.storage.answerNext(
      isLaterPage(MANIFESTS),
      afterwards(() => lab.storage.store.put(rescanned)),
    );
    const options = { stateDir: lab.folder, ...withFilter({ includeWorkloads: ['w-0'] }) };
    const first = await lab.read(options);
    const asked = lab.storage.requests.length;
    const second = await lab.read(options);

    expect(first).toMatchObject({ exitCode: 0, total: 1, skipped: { duplicate: 1 } });
    expect(second).toMatchObject({ exitCode: 0, total: 1, skipped: {} });
    // What the later page said of it was kept with its findings, so they are not read again.
    expect(lab.manifests(asked)).toEqual([]);
  });
});

function isOurList({ resource, query }: ApiRequest): boolean {
  return resource === SUMMARIES && query['limit'] === '200';
}

function workloads(count: number): StorageObject[] {
  return Array.from({ length: count }, (_, index) =>
    runs(nginx, { namespace: 'shop', workload: `w-${index}` }),
  );
}

function configurations(count: number): StorageObject[] {
  return Array.from({ length: count }, (_, index) =>
    configuration({ namespace: 'shop', workload: `w-${index}` }, 1),
  );
}
