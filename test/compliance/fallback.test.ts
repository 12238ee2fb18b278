import { describe, expect, it } from 'vitest';

import type { FakeReceiver } from '../support/fake-receiver/fake-receiver.ts';
import { useReceivers } from '../support/fake-receiver/use-receivers.ts';
import { createClock } from '../support/remote-write/waiting-clock.ts';
import { createSender, gauges, NOW, send } from './sender.ts';

const WRITTEN = 'X-Prometheus-Remote-Write-Samples-Written';
/** The response of a receiver without 2.0 that reports success. */
const misread = { status: 204, headers: { [WRITTEN]: '' } };

const startReceiver = useReceivers();

describe('H12: a 1.0 receiver that answers 415 to 2.0', () => {
  it('immediately gets the same samples as 1.0', async () => {
    const receiver = await startReceiver({ onlyVersionOne: 'refuses' });
    const { runtime, slept } = createClock();

    const delivery = await send(createSender(receiver, {}, runtime), gauges(7));

    expect(receiver.violations).toEqual([]);
    expect(receiver.requests.map(({ answer }) => answer)).toEqual([
      ...[{ status: 415 }, { status: 204 }, { status: 204 }],
    ]);
    expect(headersOf(receiver)).toEqual([
      '2.0.0 application/x-protobuf;proto=io.prometheus.write.v2.Request',
      '0.1.0 application/x-protobuf',
      '0.1.0 application/x-protobuf',
    ]);
    expect(samplesOf(receiver, 0)).toEqual(samplesOf(receiver, 1));
    expect(slept).toEqual([]);
    expect(delivery).toMatchObject({ status: 'delivered', sent: 7, rejected: 0, retries: 0 });
    expect(delivery.errors).toEqual([]);
  });

  it('gets only 1.0 afterwards, in all requests and cycles', async () => {
    const receiver = await startReceiver({ onlyVersionOne: 'refuses' });
    const sink = createSender(receiver, { maxSamplesPerSend: 10, concurrency: 1 });

    await send(sink, gauges(100));
    await send(sink, gauges(100), { timestampMs: NOW + 1 });

    expect(receiver.violations).toEqual([]);
    expect(receiver.samples).toHaveLength(200);
    expect(receiver.requests.filter(({ protocol }) => protocol === '2.0')).toHaveLength(1);
    expect(receiver.requests.slice(1).every(({ protocol }) => protocol === '1.0')).toBe(true);
  });

  it('gets every sample once, however many 2.0 requests were in flight', async () => {
    const receiver = await startReceiver({ onlyVersionOne: 'refuses' });
    const sink = createSender(receiver, { maxSamplesPerSend: 10, concurrency: 8 });

    const delivery = await send(sink, gauges(500));

    expect(receiver.violations).toEqual([]);
    expect(receiver.samples).toHaveLength(500);
    expect(delivery).toMatchObject({ status: 'delivered', sent: 500 });
  });

  it('gets 2.0 first from the next process', async () => {
    const receiver = await startReceiver({ onlyVersionOne: 'refuses' });

    await send(createSender(receiver), gauges(1));
    await send(createSender(receiver), gauges(1), { timestampMs: NOW + 1 });

    const spoken = receiver.requests.map(({ protocol }) => protocol);
    expect(spoken.filter((protocol) => protocol === '2.0')).toHaveLength(2);
    expect(receiver.samples).toHaveLength(2);
  });

  it('may fail first: 415 after 503 also causes a fallback', async () => {
    const receiver = await startReceiver({
      answers: [{ status: 503 }],
      onlyVersionOne: 'refuses',
    });

    const delivery = await send(createSender(receiver), gauges(5));

    expect(receiver.violations).toEqual([]);
    expect(delivery).toMatchObject({ status: 'delivered', sent: 5, retries: 1 });
  });
});

describe('H6, H12: a 1.0 receiver that reads 2.0 as an empty request', () => {
  it.each([200, 202, 204])('and answers %d finally stores everything', async (status) => {
    const receiver = await startReceiver({ onlyVersionOne: 'misreads', otherwise: { status } });

    const delivery = await send(createSender(receiver, { concurrency: 1 }), gauges(5000));

    expect(receiver.violations).toEqual([]);
    expect(receiver.samples).toHaveLength(5000);
    expect(receiver.requests.filter(({ protocol }) => protocol === '2.0')).toHaveLength(1);
    expect(delivery).toMatchObject({ status: 'delivered', sent: 5000, rejected: 0 });
  });

  it('causes a failure with a hint if the sender has protocol 2.0', async () => {
    const receiver = await startReceiver({ onlyVersionOne: 'misreads' });

    const delivery = await send(createSender(receiver, { protocol: '2.0' }), gauges(5));

    expect(receiver.requests).toHaveLength(1);
    expect(delivery).toMatchObject({ status: 'failed', sent: 0, rejected: 5 });
    expect(delivery.errors.join()).toContain('protocol: "1.0"');
  });
});

describe('H12: a 2.0 receiver that is replaced by a 1.0 receiver', () => {
  it('gets everything as 1.0 as soon as it answers 415', async () => {
    const receiver = await startReceiver({ answers: [{ status: 204 }, { status: 415 }] });
    const sink = createSender(receiver, { maxSamplesPerSend: 10, concurrency: 1 });

    const delivery = await send(sink, gauges(30));

    expect(receiver.violations).toEqual([]);
    const spoken = receiver.requests.map(({ protocol }) => protocol);
    expect(spoken).toEqual(['2.0', '2.0', '1.0', '1.0', '1.0']);
    expect(delivery).toMatchObject({ status: 'delivered', sent: 30, rejected: 0 });
  });
});

describe('H12: a mix of replicas, some without 2.0', () => {
  it.each([{ status: 415 }, misread])(
    'gets, as 1.0, the samples that one of the replicas did not store, after %j',
    async (answer) => {
      const receiver = await startReceiver({ answers: [{ status: 204 }, answer] });
      const sink = createSender(receiver, { maxSamplesPerSend: 10, concurrency: 1 });

      const delivery = await send(sink, gauges(30));

      expect(versionsOf(receiver)).toEqual(['2.0', '2.0', '1.0', '1.0', '1.0']);
      expect(delivery).toMatchObject({ status: 'delivered', sent: 30, rejected: 0 });
    },
  );

  it('gets 2.0 again after ten minutes', async () => {
    const receiver = await startReceiver({ answers: [misread] });
    const clock = createClock();
    const sink = createSender(receiver, { sendMetadata: false }, clock.runtime);

    await send(sink, gauges(1));
    clock.pass(599_000);
    await send(sink, gauges(1), { timestampMs: NOW + 1 });
    clock.pass(1000);
    await send(sink, gauges(1), { timestampMs: NOW + 2 });

    expect(versionsOf(receiver)).toEqual(['2.0', '1.0', '1.0', '2.0']);
  });
});

describe('H12: a receiver that fails with every 2.0 request', () => {
  it.each([
    { status: 400, body: 'cannot decode' },
    { status: 406 },
    { status: 204, headers: { [WRITTEN]: '0' } },
    { status: 400, headers: { [WRITTEN]: '0' } },
  ])('gets the samples as 1.0 and a hint: $status', async (answer) => {
    const receiver = await startReceiver({ answers: [answer] });
    const sink = createSender(receiver, {
      sendMetadata: false,
      maxSamplesPerSend: 5,
      concurrency: 1,
    });

    const delivery = await send(sink, gauges(10));

    expect(versionsOf(receiver).slice(1)).not.toContain('2.0');
    expect(delivery).toMatchObject({ status: 'delivered', sent: 10, rejected: 0 });
    expect(delivery.warnings?.join()).toContain('set protocol: "1.0"');
  });

  it('gets 1.0 after answering 500 three times', async () => {
    const answers = [500, 500, 500].map((status) => ({ status }));
    const receiver = await startReceiver({ answers });

    const delivery = await send(createSender(receiver, { sendMetadata: false }), gauges(3));

    expect(receiver.violations).toEqual([]);
    expect(versionsOf(receiver)).toEqual(['2.0', '2.0', '2.0', '1.0']);
    expect(delivery).toMatchObject({ status: 'delivered', sent: 3 });
  });

  it.each([400, 406, 500])('gets 1.0 only once if that fails too: %d', async (status) => {
    const receiver = await startReceiver({ otherwise: { status } });
    const sink = createSender(receiver, { maxSamplesPerSend: 5, concurrency: 1 });

    const delivery = await send(sink, gauges(10));

    expect(versionsOf(receiver).filter((version) => version === '1.0')).toHaveLength(1);
    expect(delivery).toMatchObject({ status: 'failed', sent: 0 });
    expect(delivery.warnings).toEqual([]);
  });

  it('never gets 1.0 after it has stored samples of 2.0', async () => {
    const receiver = await startReceiver({ answers: [{ status: 204 }, { status: 400 }] });
    const sink = createSender(receiver, { maxSamplesPerSend: 5, concurrency: 1 });

    const delivery = await send(sink, gauges(10));

    expect(versionsOf(receiver)).toEqual(['2.0', '2.0']);
    expect(delivery).toMatchObject({ status: 'partial', sent: 5, rejected: 5 });
  });
});

describe('H12: no fallback', () => {
  it('from a receiver that accepts 2.0', async () => {
    const receiver = await startReceiver();
    const sink = createSender(receiver, { maxSamplesPerSend: 10 });

    await send(sink, gauges(100));

    expect(new Set(receiver.requests.map(({ protocol }) => protocol))).toEqual(new Set(['2.0']));
  });

  it.each([401, 404, 409, 422])('for %d', async (status) => {
    const receiver = await startReceiver({ otherwise: { status } });

    await send(createSender(receiver), gauges(3));

    expect(receiver.requests.map(({ protocol }) => protocol)).toEqual(['2.0']);
  });

  it.each(['1.0', '2.0'] as const)('for a sender with protocol %s', async (protocol) => {
    const receiver = await startReceiver({ otherwise: { status: 415 } });

    const delivery = await send(
      createSender(receiver, { protocol, sendMetadata: false }),
      gauges(3),
    );

    expect(receiver.requests.map((request) => request.protocol)).toEqual([protocol]);
    expect(delivery).toMatchObject({ status: 'failed', rejected: 3 });
  });

  it.each([
    { said: 'that it wrote nothing', written: '0', protocol: 'auto' },
    { said: 'nothing', written: '', protocol: '2.0' },
  ] as const)(
    'for 202 from a 2.0 receiver that leaves samples to another replica and reports $said',
    async ({ written, protocol }) => {
      const headers = { 'X-Prometheus-Remote-Write-Samples-Written': written };
      const receiver = await startReceiver({ otherwise: { status: 202, headers } });

      const delivery = await send(createSender(receiver, { protocol }), gauges(3));

      expect(receiver.requests.map((request) => request.protocol)).toEqual(['2.0']);
      expect(delivery).toMatchObject({ status: 'delivered', rejected: 0 });
    },
  );
});

function headersOf({ requests }: FakeReceiver): string[] {
  return requests.map(
    ({ headers }) =>
      `${String(headers['x-prometheus-remote-write-version'])} ${headers['content-type']}`,
  );
}

function samplesOf({ requests }: FakeReceiver, index: number): unknown {
  return requests[index]?.series.map(({ labels, samples }) => ({ labels, samples }));
}

function versionsOf({ requests }: FakeReceiver): string[] {
  return requests.map(({ protocol }) => protocol);
}
