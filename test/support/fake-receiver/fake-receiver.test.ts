import type { Type } from 'protobufjs';
import snappy from 'snappy';
import { afterEach, describe, expect, it } from 'vitest';

import { type FakeReceiver, type FakeReceiverOptions, startFakeReceiver } from './fake-receiver.ts';
import { golden } from './golden.ts';
import { RequestV2, WriteRequestV1 } from './schema.ts';

const NOW = 1_700_000_000_000;
const v1 = { type: 'application/x-protobuf', version: '0.1.0' } as const;
const v2 = {
  type: 'application/x-protobuf;proto=io.prometheus.write.v2.Request',
  version: '2.0.0',
} as const;

let receiver: FakeReceiver;
afterEach(async () => receiver.close());

describe('startFakeReceiver', () => {
  it.each`
    what                    | protocol | hex               | sample
    ${'a 1.0 sample'}       | ${v1}    | ${golden.v1}      | ${{ labels: { cluster: 'c1' }, value: 42.5 }}
    ${'a 1.0 stale marker'} | ${v1}    | ${golden.v1Stale} | ${{ labels: { cluster: 'c1' }, value: 'stale' }}
    ${'a 1.0 omitted zero'} | ${v1}    | ${golden.v1Zero}  | ${{ labels: { Zone: 'z', cluster: 'ü' }, value: 0 }}
    ${'a 2.0 sample'}       | ${v2}    | ${golden.v2}      | ${{ labels: { cluster: 'c1' }, value: 42.5 }}
    ${'a 2.0 stale marker'} | ${v2}    | ${golden.v2Stale} | ${{ labels: { cluster: 'c1' }, value: 'stale' }}
    ${'a 2.0 omitted zero'} | ${v2}    | ${golden.v2Zero}  | ${{ labels: { Zone: 'z', cluster: 'ü' }, value: 0 }}
  `('accepts $what', async ({ protocol, hex, sample }: GoldenCase) => {
    await start();

    const response = await send(Buffer.from(hex, 'hex'), { protocol });

    expect(receiver.violations).toEqual([]);
    expect(receiver.samples).toEqual([{ name: 'ks_score', timestampMs: NOW, ...sample }]);
    expect(response.status).toBe(204);
    expect(response.headers.get('x-prometheus-remote-write-samples-written')).toBe(
      protocol === v2 ? '1' : null,
    );
  });

  it.each`
    labels                                    | violation
    ${[['b', '1'], ['__name__', 'x']]}        | ${'{b="1",__name__="x"}: labels are not sorted'}
    ${[['__name__', 'x'], ['Zone', 'z']]}     | ${'{__name__="x",Zone="z"}: labels are not sorted'}
    ${[['__name__', 'x'], ['b', '']]}         | ${'{__name__="x",b=""}: empty value of b'}
    ${[['__name__', 'x'], ['', 'b']]}         | ${'{__name__="x",="b"}: illegal label name ""'}
    ${[['__name__', 'x'], ['a-b', 'c']]}      | ${'{__name__="x",a-b="c"}: illegal label name "a-b"'}
    ${[['__meta', 'y'], ['__name__', 'x']]}   | ${'{__meta="y",__name__="x"}: reserved label name __meta'}
    ${[['b', '1']]}                           | ${'{b="1"}: illegal metric name ""'}
    ${[['__name__', '1x']]}                   | ${'{__name__="1x"}: illegal metric name "1x"'}
    ${[['__name__', 'x'], ['__name__', 'x']]} | ${'{__name__="x",__name__="x"}: a label occurs twice'}
  `('objects to the labels $labels', async ({ labels, violation }: LabelCase) => {
    await start();

    await send(encodeV1([{ labels, samples: [{ timestamp: NOW }] }]));

    expect(receiver.violations).toContain(violation);
  });

  it.each`
    samples                                               | violation
    ${[]}                                                 | ${'{__name__="x"}: the series has no sample'}
    ${[{ timestamp: 1_700_000_000 }]}                     | ${'{__name__="x"}: timestamp is not in milliseconds'}
    ${[{ timestamp: NOW }, { timestamp: NOW }]}           | ${`{__name__="x"}: two samples at ${NOW}`}
    ${[{ timestamp: NOW }, { timestamp: NOW - 1 }]}       | ${`{__name__="x"}: sample at ${NOW - 1} after ${NOW}`}
    ${[{ timestamp: NOW, value: '9221120237041090560' }]} | ${'{__name__="x"}: NaN with the bits 7ff8000000000000'}
  `('objects to the samples $samples', async ({ samples, violation }: SampleCase) => {
    await start();

    await send(encodeV1([{ labels: [['__name__', 'x']], samples }]));

    expect(receiver.violations).toEqual([violation]);
  });

  it.each`
    message                                    | violation
    ${{ symbols: ['__name__', 'x'] }}          | ${'the first symbol is not empty'}
    ${{ symbols: ['', '__name__', 'x', 'x'] }} | ${'a symbol occurs twice'}
    ${{ labelsRefs: [1, 2, 9, 9] }}            | ${'a symbol is referred to but not there'}
    ${{ labelsRefs: [1, 2, 1] }}               | ${'a label has no value'}
    ${{ metadata: { type: 0 } }}               | ${'a series has no metadata type'}
    ${{ metadata: { type: 2, helpRef: 7 } }}   | ${'a symbol is referred to but not there'}
    ${{ histograms: [{ sum: 1 }] }}            | ${'a series has samples and histograms'}
  `('objects to the 2.0 message $message', async ({ message, violation }: MessageCase) => {
    await start();

    await send(encodeV2(message), { protocol: v2 });

    expect(receiver.violations).toContain(violation);
  });

  it.each`
    headers                                                        | violation
    ${{ 'content-encoding': 'gzip' }}                              | ${'content-encoding is gzip instead of snappy'}
    ${{ 'content-type': 'application/x-protobuf; charset=utf-8' }} | ${'content-type is application/x-protobuf; charset=utf-8 instead of application/x-protobuf'}
    ${{ 'x-prometheus-remote-write-version': '0.1' }}              | ${'x-prometheus-remote-write-version is 0.1 instead of 0.1.0'}
    ${{ 'user-agent': 'node' }}                                    | ${'user-agent "node"'}
    ${{ 'retry-attempt': '1' }}                                    | ${'Retry-Attempt, but these bytes were never sent before'}
    ${{ 'retry-attempt': '0' }}                                    | ${'Retry-Attempt is 0'}
  `('objects to the headers $headers', async ({ headers, violation }: HeaderCase) => {
    await start();

    await send(Buffer.from(golden.v1, 'hex'), { headers });

    expect(receiver.violations).toEqual([violation]);
  });

  it('objects to a repeat without Retry-Attempt, and to one after a final answer', async () => {
    await start({ answers: [{ status: 503 }, { status: 400 }] });
    const bytes = Buffer.from(golden.v1, 'hex');

    await send(bytes);
    await send(bytes);
    await send(bytes, { headers: { 'retry-attempt': '1' } });

    expect(receiver.violations).toEqual([
      'sent again with Retry-Attempt 0',
      'sent again after a final answer',
    ]);
  });

  it.each`
    what                       | body                                                   | violation
    ${'no series'}             | ${snappy.compressSync(Buffer.alloc(0))}                | ${'the request is empty'}
    ${'the framed format'}     | ${Buffer.from('ff060000734e61507059', 'hex')}          | ${'snappy is framed'}
    ${'an unknown field'}      | ${snappy.compressSync(Buffer.from('1a001201', 'hex'))} | ${/cannot be read/}
    ${'uncompressed protobuf'} | ${Buffer.from(golden.v1, 'hex')}                       | ${/cannot be read/}
  `('objects to $what', async ({ body, violation }: { body: Buffer; violation: string }) => {
    await start();

    await send(body, { compressed: true });

    expect(receiver.violations).toContainEqual(expect.stringMatching(violation));
  });

  it('objects to fields that the schema does not know', async () => {
    await start();

    await send(Buffer.concat([Buffer.from(golden.v1, 'hex'), Buffer.from('320101', 'hex')]));

    expect(receiver.violations).toEqual(['the body is not exactly a WriteRequest']);
  });

  it('sends the given responses, and stores only what it accepted', async () => {
    await start({ answers: [{ status: 503, headers: { 'retry-after': '1' }, body: 'busy' }] });
    const bytes = Buffer.from(golden.v1, 'hex');

    const refused = await send(bytes);

    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.text()).toBe('busy');
    expect(receiver.samples).toEqual([]);

    await send(bytes, { headers: { 'retry-attempt': '1' } });

    expect(receiver.samples).toHaveLength(1);
    expect(receiver.violations).toEqual([]);
  });

  it('resets connections, breaks off bodies, and hangs', async () => {
    await start({ answers: ['reset', { status: 200, body: 'half of it', cut: true }, 'hang'] });

    await expect(send(encodeSample('a'))).rejects.toThrow('fetch failed');

    const cut = await send(encodeSample('b'));
    await expect(cut.text()).rejects.toThrow('terminated');

    const signal = AbortSignal.timeout(100);
    await expect(send(encodeSample('c'), { signal })).rejects.toThrow('timeout');
  });
});

interface GoldenCase {
  readonly protocol: typeof v1 | typeof v2;
  readonly hex: string;
  readonly sample: object;
}

interface LabelCase {
  readonly labels: [string, string][];
  readonly violation: string;
}

interface SampleCase {
  readonly samples: object[];
  readonly violation: string;
}

interface MessageCase {
  readonly message: { symbols?: string[] };
  readonly violation: string;
}

interface HeaderCase {
  readonly headers: Record<string, string>;
  readonly violation: string;
}

interface SendOptions {
  readonly protocol?: typeof v1 | typeof v2;
  readonly headers?: Record<string, string>;
  readonly compressed?: boolean;
  readonly signal?: AbortSignal;
}

async function start(options: FakeReceiverOptions = {}): Promise<void> {
  receiver = await startFakeReceiver(options);
}

async function send(bytes: Buffer, options: SendOptions = {}): Promise<Response> {
  const { protocol = v1, headers, compressed = false, signal } = options;
  return fetch(receiver.url, {
    method: 'POST',
    headers: {
      'content-encoding': 'snappy',
      'content-type': protocol.type,
      'x-prometheus-remote-write-version': protocol.version,
      'user-agent': 'test/1',
      ...headers,
    },
    body: new Uint8Array(compressed ? bytes : snappy.compressSync(bytes)),
    ...(signal && { signal }),
  });
}

interface SeriesInput {
  readonly labels: [string, string][];
  readonly samples: object[];
}

function encodeV1(series: SeriesInput[]): Buffer {
  const timeseries = series.map(({ labels, samples }) => ({
    labels: labels.map(([name, value]) => ({ name, value })),
    samples,
  }));
  return encode(WriteRequestV1, { timeseries });
}

function encodeSample(name: string): Buffer {
  return encodeV1([{ labels: [['__name__', name]], samples: [{ timestamp: NOW }] }]);
}

function encodeV2({ symbols = ['', '__name__', 'x'], ...series }: { symbols?: string[] }): Buffer {
  const defaults = { labelsRefs: [1, 2], samples: [{ timestamp: NOW }], metadata: { type: 2 } };
  return encode(RequestV2, { symbols, timeseries: [{ ...defaults, ...series }] });
}

function encode(type: Type, message: object): Buffer {
  return Buffer.from(type.encode(type.fromObject(message)).finish());
}
