import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { buffer } from 'node:stream/consumers';

import { afterEach, describe, expect, it } from 'vitest';

import { outcome } from '../../../test/support/cycle-outcome.ts';
import type { MetricFamily, Series } from '../../metrics/series.ts';
import type { Delivery } from '../sink.ts';
import { createPushgatewaySink, type PushgatewaySinkOptions } from './pushgateway-sink.ts';

interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

type Answer = readonly [status: number, body?: string];

let server: Server | undefined;
let received: Received[] = [];
afterEach(async () => {
  const closing = server;
  server = undefined;
  received = [];
  closing?.closeAllConnections();
  await new Promise<void>((resolve) => (closing ? closing.close(() => resolve()) : resolve()));
});

const total: MetricFamily = { name: 'total', help: 'All "of" them.', type: 'gauge' };
const byImage: MetricFamily = { name: 'by_image', help: 'Each.', type: 'gauge' };

const series: readonly Series[] = [
  toSeries(byImage, { cluster: 'c', image: 'a"b' }, 1),
  toSeries(total, { cluster: 'c' }, 3),
  toSeries(byImage, { cluster: 'c', image: 'z', instance: 'x' }, 2.5),
];

describe('createPushgatewaySink', () => {
  it('replaces the group with one PUT of the whole text, without grouping labels and timestamps', async () => {
    await start();

    const delivery = await push({ grouping: { instance: 'i/1' } });

    const body =
      '# HELP total All "of" them.\n# TYPE total gauge\ntotal 3\n' +
      '# HELP by_image Each.\n# TYPE by_image gauge\nby_image{image="a\\"b"} 1\nby_image{image="z"} 2.5\n';
    expect(received).toMatchObject([
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
      sink: `pushgateway ${hostOf()}`,
      status: 'delivered',
      sent: 3,
      failed: 0,
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
  `('puts the group behind the path of the URL $base', async ({ base, path }: PathCase) => {
    await start();

    await push({ url: `http://${hostOf()}${base}` });

    expect(received.map(({ url }) => url)).toEqual([path]);
  });

  it.each(['a/b', '.', 'ö ä', '100%', ''])(
    'sends the cluster %o on its way unchanged',
    async (cluster) => {
      await start();

      await push({}, { cluster });

      const [name = '', text = ''] = (received[0]?.url ?? '')
        .split('/')
        .slice(-2)
        .map(decodeURIComponent);
      expect(name.endsWith('@base64') ? Buffer.from(text, 'base64url').toString() : text).toBe(
        cluster,
      );
    },
  );

  it('takes credentials out of the URL', async () => {
    await start();

    const delivery = await push({ url: `http://user:hunter2@${hostOf()}` });

    expect(received[0]?.headers.authorization).toBe(`Basic ${btoa('user:hunter2')}`);
    expect(JSON.stringify(delivery)).not.toContain('hunter2');
  });

  it("gives up at once on 400, with the server's words", async () => {
    await start([400, 'pushed metrics are invalid:\n\ttotal was collected before\n']);

    expect(await push()).toMatchObject({
      status: 'failed',
      sent: 0,
      failed: 3,
      retries: 0,
      errors: [
        'receiver answered 400 Bad Request: pushed metrics are invalid: total was collected before',
      ],
    });
    expect(received).toHaveLength(1);
  });

  it('tries again after 500, with the same text', async () => {
    await start([500, 'no'], [200]);

    expect(await push()).toMatchObject({ status: 'delivered', sent: 3, retries: 1, errors: [] });
    expect(received).toHaveLength(2);
    expect(received[1]?.body).toBe(received[0]?.body);
  });

  it('gives up when the budget for retries is used up', async () => {
    await start([503, 'busy']);

    expect(await push({ retryBudgetMs: 0 })).toMatchObject({
      status: 'failed',
      failed: 3,
      errors: ['receiver answered 503 Service Unavailable: busy'],
    });
  });

  it.each`
    maxSeries | status         | requests
    ${3}      | ${'delivered'} | ${1}
    ${2}      | ${'failed'}    | ${0}
    ${1}      | ${'failed'}    | ${0}
  `('sends $requests times where $maxSeries of 3 series are allowed', async (row: LimitCase) => {
    await start();

    const delivery = await push({ maxSeries: row.maxSeries });

    expect(delivery.status).toBe(row.status);
    expect(received).toHaveLength(row.requests);
  });

  it('says how many series there were, what is allowed, and what to do', async () => {
    await start();

    expect(await push({ maxSeries: 2 })).toMatchObject({
      sent: 0,
      failed: 3,
      bytes: 0,
      errors: [
        '3 series are more than the 2 that a Pushgateway is given; push fewer groups, use remote write, or raise pushgateway.max_series',
      ],
    });
  });

  it('sends nothing when the source fails', async () => {
    await start();
    const session = open();

    await session.write(series);

    expect(await session.abort(outcome)).toMatchObject({ status: 'failed', sent: 0, failed: 3 });
    expect(received).toEqual([]);
  });

  it.each`
    what                 | abort
    ${'before it began'} | ${(controller: AbortController) => controller.abort(outcome)}
    ${'while it waits'}  | ${(controller: AbortController) => setTimeout(() => controller.abort(outcome), 100)}
  `('says that it was interrupted $what', async ({ abort }: AbortCase) => {
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

  it('has nothing to send where there are no series', async () => {
    await start();

    expect(await open().close(outcome)).toMatchObject({ status: 'delivered', sent: 0 });
    expect(received).toEqual([]);
  });

  // Expected: a failed delivery, because a session never rejects. Half a surrogate pair, which JSON
  // can hold, is no text that a URL can carry; labels have it replaced.
  it('does not reject for a cluster that no URL can hold', async () => {
    await start();

    await expect(push({}, { cluster: 'c\u{d800}' })).resolves.toBeDefined();
  });

  // Expected: words about a Pushgateway, or none.
  it('does not speak of remote write on 404', async () => {
    await start([404, 'page not found']);

    expect((await push()).errors.join('')).not.toMatch(/remote-write/);
  });
});

interface PathCase {
  readonly base: string;
  readonly path: string;
}

interface LimitCase {
  readonly maxSeries: number;
  readonly status: Delivery['status'];
  readonly requests: number;
}

interface AbortCase {
  readonly abort: (controller: AbortController) => void;
}

/** A server that gives these answers, the last one again and again. */
async function start(...answers: readonly Answer[]): Promise<void> {
  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const [status, text = ''] = answers[received.length] ?? answers.at(-1) ?? [200];
    const { method, url, headers } = request;
    received.push({ method, url, headers, body: body.toString() });
    response.writeHead(status).end(text);
  }
  const started = createServer((request, response) => void receive(request, response));
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  server = started;
}

function hostOf(): string {
  const address = server?.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server is not there');
  return `127.0.0.1:${address.port}`;
}

function open(
  options: Partial<PushgatewaySinkOptions> = {},
  { cluster = 'c', signal = new AbortController().signal } = {},
) {
  const sink = createPushgatewaySink({
    url: `http://${hostOf()}`,
    job: 'kubescape',
    grouping: {},
    timeoutMs: 5000,
    retryBudgetMs: 10_000,
    maxSeries: 100,
    familyOrder: ['total', 'by_image'],
    userAgent: 'kubescape-push/1.2.3',
    ...options,
  });
  return sink.open({ timestampMs: 1_700_000_000_000, cluster }, { signal });
}

async function push(
  options: Partial<PushgatewaySinkOptions> = {},
  context: { readonly cluster?: string } = {},
): Promise<Delivery> {
  const session = open(options, context);
  for (const one of series) await session.write([one]);
  return session.close(outcome);
}

function toSeries(family: MetricFamily, labels: Record<string, string>, value: number): Series {
  return {
    family,
    labels: Object.entries(labels).map(([name, text]) => ({ name, value: text })),
    value,
  };
}
