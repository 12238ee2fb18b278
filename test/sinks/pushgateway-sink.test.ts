import { afterEach, describe, expect, it } from 'vitest';

import type { PushgatewaySinkOptions } from '../../src/sinks/pushgateway/pushgateway-sink.ts';
import type { Delivery, SinkSession } from '../../src/sinks/sink.ts';
import { outcome } from '../support/sinks/cycle-outcome.ts';
import {
  type FakeAnswer,
  type FakePushgateway,
  startFakePushgateway,
} from '../support/sinks/fake-pushgateway.ts';
import {
  gauge,
  openSession,
  pushSeries,
  type TestCycle,
} from '../support/sinks/pushgateway-sink.ts';

let server: FakePushgateway;
afterEach(async () => server.stop());

const series = [
  gauge('by_image', { cluster: 'c', image: 'a"b' }, 1),
  gauge('total', { cluster: 'c' }, 3),
  gauge('by_image', { cluster: 'c', image: 'z', instance: 'x' }, 2.5),
];

describe('createPushgatewaySink', () => {
  it('replaces the group with one PUT of the whole text, without grouping labels and timestamps', async () => {
    await start();

    const delivery = await push({ grouping: { instance: 'i/1' } });

    const body =
      '# HELP total All "of" total.\n# TYPE total gauge\ntotal 3\n' +
      '# HELP by_image All "of" by_image.\n# TYPE by_image gauge\nby_image{image="a\\"b"} 1\nby_image{image="z"} 2.5\n';
    expect(server.received).toMatchObject([
      {
        method: 'PUT',
        url: '/metrics/job/kubescape/cluster/c/instance@base64/aS8x',
        headers: {
          'content-type': 'text/plain; version=0.0.4; charset=utf-8',
          'content-length': String(body.length),
          'user-agent': 'kubescape-push/1.2.3',
        },
        body,
      },
    ]);
    expect(delivery).toEqual({
      sink: `pushgateway ${server.host}`,
      status: 'delivered',
      sent: 3,
      rejected: 0,
      pending: 0,
      persisted: 0,
      retries: 0,
      bytes: body.length,
      errors: [],
    });
  });

  it.each`
    base              | path
    ${''}             | ${'/metrics/job/kubescape/cluster/c'}
    ${'/'}            | ${'/metrics/job/kubescape/cluster/c'}
    ${'/push'}        | ${'/push/metrics/job/kubescape/cluster/c'}
    ${'/push//'}      | ${'/push/metrics/job/kubescape/cluster/c'}
    ${'/push?team=a'} | ${'/push/metrics/job/kubescape/cluster/c?team=a'}
  `('appends the group to the path of the URL $base', async ({ base, path }: PathCase) => {
    await start();

    await push({ url: `http://${server.host}${base}` });

    expect(server.received.map(({ url }) => url)).toEqual([path]);
  });

  it.each(['a/b', '.', 'ö ä', '100%', ''])(
    'encodes the cluster %o in the URL without loss',
    async (cluster) => {
      await start();

      await push({}, { cluster });

      const [name = '', text = ''] = (server.received[0]?.url ?? '')
        .split('/')
        .slice(-2)
        .map(decodeURIComponent);
      expect(name.endsWith('@base64') ? Buffer.from(text, 'base64url').toString() : text).toBe(
        cluster,
      );
    },
  );

  it('uses credentials in the URL and hides them', async () => {
    await start();

    const delivery = await push({ url: `http://user:hunter2@${server.host}` });

    expect(server.received[0]?.headers.authorization).toBe(`Basic ${btoa('user:hunter2')}`);
    expect(JSON.stringify(delivery)).not.toContain('hunter2');
  });

  it('retries the same text after 500', async () => {
    await start([500, 'no'], [200]);

    expect(await push()).toMatchObject({ status: 'delivered', sent: 3, retries: 1, errors: [] });
    expect(server.received).toHaveLength(2);
    expect(server.received[1]?.body).toBe(server.received[0]?.body);
  });

  it('stops retrying when the retry budget is used up', async () => {
    await start([503, 'busy']);

    expect(await push({ retryBudgetMs: 0 })).toMatchObject({
      status: 'failed',
      rejected: 0,
      pending: 3,
      persisted: 0,
      errors: ['receiver answered 503 Service Unavailable: busy'],
    });
  });

  it('sends nothing when the source fails', async () => {
    await start();
    const session = open();

    await session.write(series);

    expect(await session.abort(outcome)).toMatchObject({ status: 'failed', sent: 0, rejected: 3 });
    expect(server.received).toEqual([]);
  });

  it.each`
    what                | abort
    ${'before sending'} | ${(controller: AbortController) => controller.abort()}
    ${'during a retry'} | ${(controller: AbortController) => setTimeout(() => controller.abort(), 100)}
  `('reports an abort $what', async ({ abort }: AbortCase) => {
    await start([503]);
    const controller = new AbortController();
    const session = open({}, { signal: controller.signal });
    await session.write(series);

    abort(controller);

    expect(await session.close(outcome)).toMatchObject({
      status: 'failed',
      errors: ['interrupted'],
    });
  });

  it('sends nothing without series', async () => {
    await start();

    expect(await open().close(outcome)).toMatchObject({ status: 'delivered', sent: 0 });
    expect(server.received).toEqual([]);
  });

  // JSON can contain half a surrogate pair, but a URL cannot.
  it('never rejects, even if the cluster name cannot be encoded in a URL', async () => {
    await start();

    await expect(push({}, { cluster: 'c\u{d800}' })).resolves.toBeDefined();
  });
});

interface PathCase {
  readonly base: string;
  readonly path: string;
}

interface AbortCase {
  readonly abort: (controller: AbortController) => void;
}

async function start(...answers: readonly FakeAnswer[]): Promise<void> {
  server = await startFakePushgateway(...answers);
}

function open(options: Partial<PushgatewaySinkOptions> = {}, cycle: TestCycle = {}): SinkSession {
  return openSession({ url: `http://${server.host}`, ...options }, cycle);
}

async function push(
  options: Partial<PushgatewaySinkOptions> = {},
  cycle: TestCycle = {},
): Promise<Delivery> {
  return pushSeries(series, { url: `http://${server.host}`, ...options }, cycle);
}
