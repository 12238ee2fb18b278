import snappyJs from 'snappyjs';
import { describe, expect, it } from 'vitest';

import { findReservedHeader } from '../../src/http/reserved-headers.ts';
import { runCli } from '../support/cli/run-cli.ts';
import type { FakeReceiver } from '../support/fake-receiver/fake-receiver.ts';
import { RequestV2, WriteRequestV1 } from '../support/fake-receiver/schema.ts';
import { useReceivers } from '../support/fake-receiver/use-receivers.ts';
import { createSender, gauges, send, settings } from './sender.ts';

const types = {
  '1.0': 'application/x-protobuf',
  '2.0': 'application/x-protobuf;proto=io.prometheus.write.v2.Request',
} as const;
const versions = { '1.0': '0.1.0', '2.0': '2.0.0' } as const;

const startReceiver = useReceivers();

describe.each(settings)('a request of a sender with protocol %s', (protocol) => {
  const spoken = protocol === 'auto' ? '2.0' : protocol;

  it('H1: is a POST with each of the four headers once, byte for byte', async () => {
    const receiver = await startReceiver();

    await send(createSender(receiver, { protocol }), gauges(3));

    // The receiver checks the method and duplicate headers.
    expect(receiver.violations).toEqual([]);
    expect(receiver.requests[0]?.headers).toMatchObject({
      'content-encoding': 'snappy',
      'content-type': types[spoken],
      'user-agent': 'kubescape-push/0.1.0',
      'x-prometheus-remote-write-version': versions[spoken],
      'content-length': String(receiver.requests[0]?.body.length),
    });
    expect(receiver.requests[0]?.headers).not.toHaveProperty('transfer-encoding');
    expect(receiver.requests[0]?.headers).not.toHaveProperty('retry-attempt');
  });

  it('H1: takes no protocol header from the configuration', async () => {
    const receiver = await startReceiver();
    const headers = {
      'content-type': 'text/plain',
      'CONTENT-ENCODING': 'gzip',
      'x-prometheus-remote-write-version': '9',
    };

    await send(createSender(receiver, { protocol, headers }), gauges(3));

    expect(receiver.violations).toEqual([]);
    expect(receiver.samples).toHaveLength(3);
    expect(Object.keys(headers).map((name) => findReservedHeader({ [name]: '' }))).not.toContain(
      undefined,
    );
  });

  it('S10: contains the configured headers', async () => {
    const receiver = await startReceiver();
    const headers = { 'X-Scope-OrgID': 'team-a', 'THANOS-TENANT': 'b' };

    await send(createSender(receiver, { protocol, headers }), gauges(3));

    expect(receiver.requests[0]?.headers).toMatchObject({
      'x-scope-orgid': 'team-a',
      'thanos-tenant': 'b',
    });
  });

  it('E2: is compressed in the snappy block format, starting with the length', async () => {
    const receiver = await startReceiver();

    await send(createSender(receiver, { protocol }), gauges(1500));

    const body = receiver.requests[0]?.body ?? Buffer.alloc(0);
    const raw = Buffer.from(snappyJs.uncompress(body));
    expect(raw.length).toBe(readVarint(body));
    expect(raw.length).toBeGreaterThan(body.length);
    expect(body.toString('latin1')).not.toContain('sNaPpY');
  });

  it('E1: is exactly the message that its content type names', async () => {
    const receiver = await startReceiver();

    await send(createSender(receiver, { protocol }), gauges(2));

    const raw = uncompressed(receiver);
    const [type, other] =
      spoken === '1.0' ? [WriteRequestV1, RequestV2] : [RequestV2, WriteRequestV1];
    expect(Buffer.from(type.encode(type.decode(raw)).finish())).toEqual(raw);
    expect(other.toObject(other.decode(raw), { arrays: true })).toMatchObject({ timeseries: [] });
  });

  it('S6: uses HTTP/1.1 and keeps the connection alive', async () => {
    const receiver = await startReceiver();

    await send(createSender(receiver, { protocol, maxSamplesPerSend: 1 }), gauges(3));

    expect(receiver.requests.map(({ headers }) => headers.connection)).toContain('keep-alive');
  });
});

describe('the built program', () => {
  it.each`
    to                               | receiver                          | spoken
    ${'a receiver of 2.0'}           | ${{}}                             | ${['2.0']}
    ${'one of 1.0 that refuses'}     | ${{ onlyVersionOne: 'refuses' }}  | ${['2.0', '1.0']}
    ${'one of 1.0 that reads amiss'} | ${{ onlyVersionOne: 'misreads' }} | ${['2.0', '1.0']}
  `('H1: follows every rule with $to', async ({ receiver: options, spoken }: ProgramCase) => {
    const receiver = await startReceiver(options);

    const run = await runCli([
      'push',
      ...['--from', 'examples/scan-results', '--remote-write-url', receiver.url],
    ]);

    expect(run).toMatchObject({ exitCode: 0, stdout: '' });
    expect(receiver.violations).toEqual([]);
    expect(new Set(receiver.requests.map(({ protocol }) => protocol))).toEqual(new Set(spoken));
    expect(receiver.samples.length).toBeGreaterThan(300);
    expect(new Set(receiver.samples.map(({ timestampMs }) => timestampMs)).size).toBe(1);
    expect(receiver.requests[0]?.headers['user-agent']).toMatch(/^kubescape-push\/\d+\.\d+\.\d+/);
  });
});

interface ProgramCase {
  readonly receiver: Parameters<typeof startReceiver>[0];
  readonly spoken: readonly string[];
}

function uncompressed({ requests }: FakeReceiver): Buffer {
  return Buffer.from(snappyJs.uncompress(requests[0]?.body ?? Buffer.alloc(0)));
}

/** Reads the varint at the start of a message. */
function readVarint(bytes: Buffer): number {
  let value = 0;
  for (const [index, byte] of bytes.entries()) {
    value += (byte % 128) * 128 ** index;
    if (byte < 128) return value;
  }
  throw new Error('the number has no end');
}
