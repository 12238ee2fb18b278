import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Series } from '../../src/metrics/series.ts';
import { deleteGroup } from '../../src/sinks/pushgateway/delete-group.ts';
import { groupingLabels } from '../../src/sinks/pushgateway/grouping-path.ts';
import type { PushgatewaySinkOptions } from '../../src/sinks/pushgateway/pushgateway-sink.ts';
import { removeGroups } from '../../src/sinks/pushgateway/remove-groups.ts';
import type { Delivery } from '../../src/sinks/sink.ts';
import type { Pushgateway } from '../support/real-servers/pushgateway.ts';
import { realServer } from '../support/real-servers/real-servers.ts';
import {
  gauge,
  openSession,
  pushSeries,
  type TestCycle,
} from '../support/sinks/pushgateway-sink.ts';

const pushgateway = await realServer('pushgateway');

let server: Pushgateway;

/** These tests interrupt nothing. */
const never = new AbortController().signal;

describe.skipIf(pushgateway.missing)(`a real ${pushgateway.label}`, () => {
  beforeAll(async () => {
    server = await pushgateway.start();
  });
  afterAll(async () => server.stop());

  describe('P1: text', () => {
    it('is accepted, including special characters and values', async () => {
      const odd = { cluster: 'p1', a: 'two\nlines', b: 'q"b\\', c: 'größe-😀', d: 'a\rb' };

      const delivery = await push([
        gauge('p1_odd', odd, 1.5),
        gauge('p1_nan', { cluster: 'p1' }, Number.NaN),
        gauge('p1_inf', { cluster: 'p1' }, Infinity),
      ]);

      expect(delivery).toMatchObject({ status: 'delivered', sent: 3, errors: [] });
      expect(await stored('p1_odd')).toEqual([
        { labels: { __name__: 'p1_odd', ...odd, ...group('c') }, value: 1.5 },
      ]);
      expect(await stored('p1_nan')).toMatchObject([{ value: Number.NaN }]);
      expect(await stored('p1_inf')).toMatchObject([{ value: Infinity }]);
    });
  });

  describe('P2: a group', () => {
    it.each(['a/b', '/', '', '.', '..', 'größe 😀', '100%2F+', 'a\\b?c#d', 'x@base64', 'q"\n'])(
      'with the value %o arrives unchanged, and can be removed',
      async (value) => {
        const grouping = { p2: value };
        const series = [gauge('p2_value', { cluster: 'c' }, 1)];

        expect(await push(series, { grouping, job: `p2/${value}` })).toMatchObject({
          errors: [],
        });
        const expected = { ...group('c'), job: `p2/${value}`, p2: value };
        expect(await stored('p2_value')).toEqual([
          { labels: { __name__: 'p2_value', ...expected }, value: 1 },
        ]);

        expect(await foretell('c', { job: `p2/${value}`, grouping })).toMatch(
          /^would be deleted; last pushed 20/,
        );
        expect(await remove('c', { job: `p2/${value}`, grouping })).toMatchObject({
          status: 'success',
        });
        await expect.poll(async () => stored('p2_value')).toEqual([]);
      },
    );

    it('of a cluster is separate from those of other clusters and of its shards', async () => {
      const series = [gauge('p2_group', {}, 1)];
      await push(series, {}, { cluster: 'one' });
      await push(series, {}, { cluster: 'two' });
      await push(series, {}, { cluster: 'two', shard: '0' });
      await push([gauge('p2_group', {}, 2)], {}, { cluster: 'two' });

      expect(await valuesOf('p2_group')).toEqual({ one: 1, two: 2, 'two/0': 1 });

      await remove('two');
      await expect.poll(async () => valuesOf('p2_group')).toEqual({ one: 1, 'two/0': 1 });
    });
  });

  describe('P3: labels of the grouping key', () => {
    it('come from the group, and nothing is sent if removing them would merge series', async () => {
      const twins = ['x', 'y'].map((team) => gauge('p3', { cluster: 'p3', team }, 1));

      const failed = await push(twins, { grouping: { team: 't' } }, { cluster: 'p3' });
      expect(failed).toMatchObject({ status: 'failed', sent: 0 });
      expect(await server.metrics()).not.toContain('cluster="p3"');

      const fine = await push(twins.slice(1), { grouping: { team: 't' } }, { cluster: 'p3' });
      expect(fine).toMatchObject({ status: 'delivered' });
      expect(await stored('p3')).toMatchObject([{ labels: { cluster: 'p3', team: 't' } }]);
    });
  });

  describe('P4: a second push', () => {
    it.each`
      method    | fate         | families
      ${'PUT'}  | ${'removes'} | ${['p4_b']}
      ${'POST'} | ${'keeps'}   | ${['p4_a', 'p4_b']}
    `('by $method $fate metrics that it does not contain', async (row: MethodCase) => {
      const cycle = { cluster: row.method };
      await push([gauge('p4_a', {}, 1), gauge('p4_b', { n: '1' }, 1)], {}, cycle);

      await push([gauge('p4_b', { n: '2' }, 2)], { method: row.method }, cycle);

      const left = (await server.series()).filter(({ labels }) => labels['cluster'] === row.method);
      const names = left.map(({ labels }) => labels['__name__'] ?? '');
      expect(names.filter((name) => name.startsWith('p4')).toSorted()).toEqual(row.families);
      // Both requests delete groups with the same name.
      expect(await stored('p4_b', row.method)).toMatchObject([{ labels: { n: '2' }, value: 2 }]);
    });

    it('of an incomplete cycle keeps metrics that it does not contain, and replaces the others completely', async () => {
      const cycle = { cluster: 'p4-half' };
      const before = ['1', '2'].map((n) => gauge('p4_read', { n }, 1));
      await push([...before, gauge('p4_of_failed_kind', {}, 1)], {}, cycle);

      const session = openSession({ url: server.url }, cycle);
      await session.write([gauge('p4_read', { n: '1' }, 2)]);
      const delivery = await session.close({ isComplete: false, selfSeries: () => [] });

      expect(delivery).toMatchObject({ status: 'delivered', sent: 1 });
      expect(await stored('p4_of_failed_kind', 'p4-half')).toMatchObject([{ value: 1 }]);
      expect(await stored('p4_read', 'p4-half')).toMatchObject([{ labels: { n: '1' }, value: 2 }]);
    });

    it('keeps the time of the push, which a DELETE removes', async () => {
      await push([gauge('p4_time', {}, 1)], {}, { cluster: 'p4' });
      expect(await stored('push_time_seconds', 'p4')).toHaveLength(1);

      await remove('p4');
      await expect.poll(async () => stored('push_time_seconds', 'p4')).toEqual([]);
    });
  });

  describe('P5: a body', () => {
    it.each(['identity', 'gzip'] as const)('as %s is read', async (compression) => {
      // More than one chunk of 64 KiB.
      const many = Array.from({ length: 5000 }, (_, n) => gauge('p5', { n: `number-${n}` }, n));

      const cycle = { cluster: compression };
      const delivery = await push(many, { compression, maxSeries: 5000 }, cycle);

      expect(delivery).toMatchObject({ status: 'delivered', sent: 5000 });
      expect(delivery.bytes < 100_000).toBe(compression !== 'identity');
      const series = await stored('p5', compression);
      expect(series.map(({ value }) => value).toSorted((a, b) => a - b)).toEqual(
        many.map(({ value }) => value),
      );
    });
  });

  describe('P6: a contradiction', () => {
    it("is rejected with the Pushgateway's message and advice", async () => {
      await fetch(`${server.url}/metrics/job/other`, {
        method: 'PUT',
        body: '# TYPE p6 counter\np6 1\n',
      });

      const delivery = await push([gauge('p6', {}, 1)], {}, { cluster: 'p6' });

      expect(delivery).toMatchObject({ status: 'failed', retries: 0 });
      expect(delivery.errors).toEqual([
        expect.stringMatching(
          /^receiver answered 400 Bad Request: pushed metrics are invalid or inconsistent .* \(the metrics contradict each other or those of another group, /,
        ),
      ]);
      expect(await stored('p6', 'p6')).toEqual([]);
    });
  });

  describe('P7: the time of a push', () => {
    it('is reported by the Pushgateway, even for a rejected push', async () => {
      const before = Date.now() / 1000;
      await push([gauge('p7', {}, 1)], {}, { cluster: 'p7' });
      await push([gauge('p6', {}, 1)], {}, { cluster: 'p7' });

      const [success] = await stored('push_time_seconds', 'p7');
      const [failure] = await stored('push_failure_time_seconds', 'p7');
      expect(success?.value).toBeGreaterThanOrEqual(before);
      expect(failure?.value).toBeGreaterThan(success?.value ?? Infinity);
    });
  });
});

interface MethodCase {
  readonly method: 'PUT' | 'POST';
  readonly families: readonly string[];
}

function group(cluster: string): Record<string, string> {
  return { cluster, job: 'kubescape', instance: '' };
}

async function push(
  series: readonly Series[],
  options: Partial<PushgatewaySinkOptions> = {},
  cycle: TestCycle = {},
): Promise<Delivery> {
  return pushSeries(series, { url: server.url, ...options }, cycle);
}

async function remove(
  cluster: string,
  { job = 'kubescape', grouping = {} }: Partial<PushgatewaySinkOptions> = {},
): Promise<unknown> {
  const labels = groupingLabels({ cluster }, grouping);
  const options = {
    url: server.url,
    job,
    labels,
    timeoutMs: 5000,
    retryBudgetMs: 0,
    userAgent: 'test/1',
  };
  return deleteGroup(options, never);
}

/** The deletions that a dry run prints. */
async function foretell(
  cluster: string,
  { job = 'kubescape', grouping = {} }: Partial<PushgatewaySinkOptions> = {},
): Promise<string> {
  const groups = [groupingLabels({ cluster }, grouping)];
  const options = { url: server.url, job, groups, isDryRun: true, userAgent: 'test/1' };
  const limits = { timeoutMs: 5000, retryBudgetMs: 0 };
  const findings: string[] = [];
  for await (const { finding } of removeGroups({ ...options, ...limits }, never)) {
    findings.push(finding);
  }
  return findings.join('\n');
}

/** Series with this name, of one cluster or of all. */
async function stored(name: string, cluster?: string): ReturnType<Pushgateway['series']> {
  const series = await server.series();
  return series.filter(
    ({ labels }) =>
      labels['__name__'] === name && (cluster === undefined || labels['cluster'] === cluster),
  );
}

async function valuesOf(name: string): Promise<Record<string, number>> {
  const series = await stored(name);
  return Object.fromEntries(
    series.map(({ labels: { cluster = '', shard }, value }) => [
      shard === undefined ? cluster : `${cluster}/${shard}`,
      value,
    ]),
  );
}
