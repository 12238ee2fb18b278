import { describe, expect, it } from 'vitest';

import { useReceivers } from '../support/fake-receiver/use-receivers.ts';
import { createSender, gauges, send, settings } from './sender.ts';

const WRITTEN = 'X-Prometheus-Remote-Write-Samples-Written';

const startReceiver = useReceivers();

describe.each(settings)('a sender with protocol %s', (protocol) => {
  const options = { protocol, sendMetadata: false } as const;

  it.each([200, 201, 202, 204])('H6: counts %d as a success', async (status) => {
    const receiver = await startReceiver({ otherwise: { status } });

    const delivery = await send(createSender(receiver, options), gauges(9));

    expect(receiver.requests).toHaveLength(1);
    expect(delivery).toMatchObject({ status: 'delivered', sent: 9, rejected: 0, errors: [] });
  });

  it('H4: ignores the body of a success', async () => {
    const body = '{"status":"error","error":"nothing was stored"}';
    const receiver = await startReceiver({ otherwise: { status: 200, body } });

    const delivery = await send(createSender(receiver, options), gauges(9));

    expect(delivery).toMatchObject({ status: 'delivered', sent: 9, errors: [] });
  });

  it('H4: reports the body of a rejection in one line', async () => {
    const body = 'out of order sample:\n  ts=5 \u001b[31mred';
    const receiver = await startReceiver({ otherwise: { status: 400, body } });

    const delivery = await send(createSender(receiver, options), gauges(9));

    expect(delivery.errors).toEqual([
      'receiver answered 400 Bad Request: out of order sample: ts=5 [31mred',
    ]);
  });

  it('H4: keeps at most a kibibyte of a response, but reads it to the end', async () => {
    const body = 'x'.repeat(1024 * 1024);
    const receiver = await startReceiver({ answers: [{ status: 422, body }] });
    const sink = createSender(receiver, { ...options, maxSamplesPerSend: 5, concurrency: 1 });

    const delivery = await send(sink, gauges(10));

    expect(delivery).toMatchObject({ status: 'partial', sent: 5, rejected: 5 });
    expect(delivery.errors.join().length).toBeLessThan(1200);
    expect(receiver.samples).toHaveLength(5);
  });

  it('H4: accepts a success with a truncated body', async () => {
    const cut = { status: 200, body: 'half of this', cut: true };
    const receiver = await startReceiver({ answers: [cut] });

    const delivery = await send(createSender(receiver, options), gauges(9));

    expect(delivery).toMatchObject({ status: 'delivered', sent: 9, retries: 0 });
  });
});

describe.each(['2.0', 'auto'] as const)('2.0 with protocol %s', (protocol) => {
  /** With `auto`, a receiver that writes nothing gets one request as 1.0. */
  const requestsIfNothingIsWritten = protocol === 'auto' ? 2 : 1;

  it('S1: counts the samples that a partial rejection reports as written', async () => {
    const headers = { [WRITTEN]: '6' };
    const receiver = await startReceiver({
      otherwise: { status: 400, headers, body: 'out of order' },
    });
    const sink = createSender(receiver, { protocol });

    const delivery = await send(sink, gauges(10));

    expect(receiver.requests).toHaveLength(1);
    expect(delivery).toMatchObject({ status: 'partial', sent: 6, rejected: 4 });
    expect(sink.counters).toMatchObject({ samplesSent: 6, samplesFailed: 4 });
  });

  it('S1: treats a rejection without counts as a rejection of everything', async () => {
    const receiver = await startReceiver({ otherwise: { status: 400 } });

    const delivery = await send(createSender(receiver, { protocol }), gauges(10));

    expect(delivery).toMatchObject({ status: 'failed', sent: 0, rejected: 10 });
  });

  it.each(['4', '9'])(
    'H6: counts only %s of 10 samples if a success reports that many',
    async (count) => {
      const receiver = await startReceiver({
        otherwise: { status: 204, headers: { [WRITTEN]: count } },
      });

      const delivery = await send(createSender(receiver, { protocol }), gauges(10));

      expect(receiver.requests).toHaveLength(1);
      expect(delivery).toMatchObject({ sent: Number(count), rejected: 10 - Number(count) });
      expect(delivery.errors.join()).toContain(`wrote only ${count} of 10 samples`);
    },
  );

  it('H6: counts no sample if a success reports 0', async () => {
    const nothing = { status: 204, headers: { [WRITTEN]: '0' } };
    const receiver = await startReceiver({ answers: [nothing, { status: 400 }] });

    const delivery = await send(createSender(receiver, { protocol }), gauges(10));

    expect(receiver.requests).toHaveLength(requestsIfNothingIsWritten);
    expect(delivery).toMatchObject({ status: 'failed', sent: 0, rejected: 10 });
    expect(delivery.errors.join()).toContain('wrote only 0 of 10 samples');
  });

  it.each(['11', '1e9'])('H6: never counts more than it sent: %s of 10', async (count) => {
    const receiver = await startReceiver({
      answers: [{ status: 204, headers: { [WRITTEN]: count } }],
    });

    const delivery = await send(createSender(receiver, { protocol }), gauges(10));

    expect(delivery.sent).toBeLessThanOrEqual(10);
    expect(delivery.sent + delivery.rejected).toBe(10);
  });
});

describe('1.0', () => {
  it('H6: ignores the 2.0 header with counts', async () => {
    const receiver = await startReceiver({
      otherwise: { status: 204, headers: { [WRITTEN]: '0' } },
    });

    const delivery = await send(createSender(receiver, { protocol: '1.0' }), gauges(10));

    expect(delivery).toMatchObject({ status: 'delivered', sent: 10, rejected: 0 });
  });

  it('S3: counts the whole request as rejected for one bad sample, and does not split it', async () => {
    const receiver = await startReceiver({ answers: [{ status: 400 }] });
    const options = { protocol: '1.0', sendMetadata: false, maxSamplesPerSend: 10 } as const;

    const delivery = await send(createSender(receiver, { ...options, concurrency: 1 }), gauges(30));

    expect(receiver.requests).toHaveLength(3);
    expect(delivery).toMatchObject({ status: 'partial', sent: 20, rejected: 10 });
  });
});
