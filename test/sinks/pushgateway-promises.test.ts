import { gunzipSync } from 'node:zlib';

import { afterEach, describe, expect, it } from 'vitest';

import { tables } from '../../src/metrics/selection/select-rows.ts';
import type { Series } from '../../src/metrics/series.ts';
import type { PushgatewaySinkOptions } from '../../src/sinks/pushgateway/pushgateway-sink.ts';
import type { Delivery } from '../../src/sinks/sink.ts';
import {
  type FakeAnswer,
  type FakePushgateway,
  startFakePushgateway,
} from '../support/sinks/fake-pushgateway.ts';
import { gauge, pushSeries, type TestCycle } from '../support/sinks/pushgateway-sink.ts';

let server: FakePushgateway;
afterEach(async () => server.stop());

const three = [1, 2, 3].map((value) => gauge('m', { cluster: 'c', n: String(value) }, value));
const text = '# HELP m All "of" m.\n# TYPE m gauge\nm{n="1"} 1\nm{n="2"} 2\nm{n="3"} 3\n';

describe('P1: the body', () => {
  it('is text 0.0.4 with a line feed after each line and without timestamps', async () => {
    await start();
    const odd = { cluster: 'c', a: 'two\nlines', b: 'q"b\\', c: 'größe-😀' };

    await push([gauge('odd', odd, Number.NaN), gauge('inf', {}, -Infinity), ...three]);

    const [request] = server.received;
    expect(request?.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(request?.body).toBe(
      '# HELP odd All "of" odd.\n# TYPE odd gauge\nodd{a="two\\nlines",b="q\\"b\\\\",c="größe-😀"} NaN\n' +
        `# HELP inf All "of" inf.\n# TYPE inf gauge\ninf -Inf\n${text}`,
    );
    expect(request?.body).not.toContain('\r');
  });
});

describe('P3: labels of the grouping key', () => {
  it('are removed from the body, including the shard', async () => {
    await start();
    const labels = { cluster: 'c', job: 'j', shard: '2', team: 't' };

    await push([gauge('m', { ...labels, n: '1' }, 1)], { grouping: { team: 't' } }, { shard: '2' });

    expect(server.received[0]?.url).toBe('/metrics/job/kubescape/cluster/c/shard/2/team/t');
    expect(server.received[0]?.body.split('\n')[2]).toBe('m{n="1"} 1');
  });

  it('fail a push if two series differ only in them', async () => {
    await start();

    const delivery = await push([...three, gauge('m', { cluster: 'd', n: '2' }, 9)]);

    expect(server.received).toEqual([]);
    expect(delivery).toMatchObject({
      status: 'failed',
      sent: 0,
      rejected: 4,
      errors: [
        'nothing was sent: without the labels of the grouping key (job, cluster), m{n="2"} occurs twice, which a Pushgateway rejects; remove series labels from pushgateway.grouping',
      ],
    });
  });
});

describe('P4: the method', () => {
  it.each(['PUT', 'POST'] as const)('is %s as configured', async (method) => {
    await start();

    await push(three, { method });

    expect(server.received).toMatchObject([{ method, body: text }]);
  });
});

describe('P5: compression', () => {
  it.each`
    compression   | encoding     | decode
    ${'identity'} | ${undefined} | ${(bytes: Buffer) => bytes}
    ${'gzip'}     | ${'gzip'}    | ${gunzipSync}
  `(
    '$compression encodes the body as Content-Encoding $encoding says',
    async ({ compression, encoding, decode }: EncodingCase) => {
      await start();

      const delivery = await push(three, { compression });

      const [request] = server.received;
      expect(request?.headers['content-encoding']).toBe(encoding);
      expect(decode(request?.bytes ?? Buffer.alloc(0)).toString()).toBe(text);
      expect(delivery.bytes).toBe(request?.bytes.length);
    },
  );
});

describe('P6: an answer', () => {
  it.each([200, 202])('%d means success', async (status) => {
    await start([status]);

    expect(await push(three)).toMatchObject({
      status: 'delivered',
      sent: 3,
      rejected: 0,
      pending: 0,
    });
  });

  it.each`
    status | says
    ${302} | ${/redirects are not followed/}
    ${400} | ${/^receiver answered 400 Bad Request: m is not a GAUGE \(the metrics contradict each other or those of another group/}
    ${401} | ${/check the credentials/}
    ${403} | ${/whether the credentials allow pushing/}
    ${404} | ${/must not contain \/metrics/}
    ${405} | ${/may block this method/}
    ${413} | ${/limits the request size/}
  `('$status is final, and the error says what to do', async ({ status, says }: AnswerCase) => {
    await start([status, 'm is not a GAUGE\n']);

    const delivery = await push(three);

    expect(delivery).toMatchObject({ status: 'failed', sent: 0, rejected: 3, retries: 0 });
    expect(delivery.errors).toEqual([expect.stringMatching(says)]);
    expect(delivery.errors.join()).not.toMatch(/remote.write-/);
    expect(server.received).toHaveLength(1);
  });

  it.each([408, 429, 503])('%d is retried', async (status) => {
    await start([status], [200]);

    expect(await push(three)).toMatchObject({ status: 'delivered', retries: 1 });
  });

  it('400 to a compressed push mentions Pushgateways without decompression', async () => {
    await start([400, 'text format parsing error']);

    const [error] = (await push(three, { compression: 'gzip' })).errors;

    expect(error).toMatch(/before 1\.5 does not support pushgateway\.compression\)$/);
  });
});

describe('P7: the metrics that a Pushgateway adds to groups', () => {
  it('have names that no metric of ours uses, with any prefix', () => {
    const names = Object.values(tables).flatMap((rows) => rows.map(({ name }) => name));

    expect(names.length).toBeGreaterThan(20);
    expect(
      names.filter((name) =>
        ['push_time_seconds', 'push_failure_time_seconds'].some((own) => own.endsWith(name)),
      ),
    ).toEqual([]);
  });
});

describe('P8: the number of series', () => {
  it.each`
    warnSeries | maxSeries | status         | warnings | requests
    ${3}       | ${3}      | ${'delivered'} | ${0}     | ${1}
    ${2}       | ${3}      | ${'delivered'} | ${1}     | ${1}
    ${2}       | ${2}      | ${'failed'}    | ${0}     | ${0}
    ${1}       | ${1}      | ${'failed'}    | ${0}     | ${0}
  `('is limited: 3 series are $status if $maxSeries are allowed', async (row: SizeCase) => {
    const { warnSeries, maxSeries } = row;
    await start();

    const { status, warnings = [] } = await push(three, { warnSeries, maxSeries });

    expect(status).toBe(row.status);
    expect(warnings).toHaveLength(row.warnings);
    expect(server.received).toHaveLength(row.requests);
  });

  it('causes a warning that says what to do', async () => {
    await start();

    expect((await push(three, { warnSeries: 2 })).warnings).toEqual([
      '3 series exceed pushgateway.warn_series (2) and slow down every push to this Pushgateway; use remote write, or push fewer metric groups (metrics.groups)',
    ]);
  });

  it('causes an error that says what to do', async () => {
    await start();

    expect(await push(three, { maxSeries: 2 })).toMatchObject({
      sent: 0,
      rejected: 3,
      bytes: 0,
      errors: [
        'nothing was sent: 3 series exceed pushgateway.max_series (2); push fewer metric groups (metrics.groups), use remote write, or raise the limit',
      ],
    });
  });
});

interface EncodingCase {
  readonly compression: PushgatewaySinkOptions['compression'];
  readonly encoding: string | undefined;
  readonly decode: (bytes: Buffer) => Buffer;
}

interface AnswerCase {
  readonly status: number;
  readonly says: RegExp;
}

interface SizeCase {
  readonly warnSeries: number;
  readonly maxSeries: number;
  readonly status: Delivery['status'];
  readonly warnings: number;
  readonly requests: number;
}

async function start(...answers: readonly FakeAnswer[]): Promise<void> {
  server = await startFakePushgateway(...answers);
}

async function push(
  series: readonly Series[],
  options: Partial<PushgatewaySinkOptions> = {},
  cycle: TestCycle = {},
): Promise<Delivery> {
  return pushSeries(series, { url: `http://${server.host}`, ...options }, cycle);
}
