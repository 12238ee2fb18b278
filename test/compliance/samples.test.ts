import { describe, expect, it } from 'vitest';

import { STALE_BITS } from '../support/fake-receiver/decoded.ts';
import type { FakeReceiver } from '../support/fake-receiver/fake-receiver.ts';
import { useReceivers } from '../support/fake-receiver/use-receivers.ts';
import { createSender, gauge, gauges, NOW, send, settings } from './sender.ts';

const startReceiver = useReceivers();

describe.each(settings)('samples of a sender with protocol %s', (protocol) => {
  it.each`
    value                      | bits
    ${0}                       | ${0n}
    ${-0}                      | ${0x8000_0000_0000_0000n}
    ${1}                       | ${0x3ff0_0000_0000_0000n}
    ${-273.15}                 | ${0xc071_1266_6666_6666n}
    ${0.1}                     | ${0x3fb9_9999_9999_999an}
    ${Number.MAX_SAFE_INTEGER} | ${0x433f_ffff_ffff_ffffn}
    ${Number.MAX_VALUE}        | ${0x7fef_ffff_ffff_ffffn}
    ${Number.MIN_VALUE}        | ${1n}
    ${Infinity}                | ${0x7ff0_0000_0000_0000n}
    ${-Infinity}               | ${0xfff0_0000_0000_0000n}
    ${NaN}                     | ${0x7ff8_0000_0000_0001n}
  `('E10: are the same 64 bits: $value', async ({ value, bits }: ValueCase) => {
    const receiver = await startReceiver();

    await send(createSender(receiver, { protocol }), [gauge({}, value)]);

    expect(receiver.violations).toEqual([]);
    expect(bitsOf(receiver)).toEqual([bits]);
  });

  it('E10: are never sent as a stale marker, whatever the NaN', async () => {
    const receiver = await startReceiver();
    const stale = new Float64Array(new BigUint64Array([STALE_BITS]).buffer);

    await send(createSender(receiver, { protocol }), [gauge({}, stale[0])]);

    expect(bitsOf(receiver)).toEqual([0x7ff8_0000_0000_0001n]);
  });

  it('E9: have the timestamp of their cycle in whole milliseconds, one sample per series', async () => {
    const receiver = await startReceiver();

    await send(createSender(receiver, { protocol, maxSamplesPerSend: 100 }), gauges(1000), {
      timestampMs: NOW + 789,
    });

    const series = receiver.requests.flatMap((request) => request.series);
    expect(series).toHaveLength(1000);
    expect(series.map(({ samples }) => samples.map(({ timestampMs }) => timestampMs))).toEqual(
      series.map(() => [NOW + 789]),
    );
  });

  it('E9: keep their timestamp when they are retried', async () => {
    const receiver = await startReceiver({ answers: [{ status: 500 }, 'reset', { status: 503 }] });

    await send(createSender(receiver, { protocol }), gauges(5));

    const times = receiver.requests
      .flatMap(({ series }) => series)
      .flatMap(({ samples }) => samples.map(({ timestampMs }) => timestampMs));
    expect(times).toEqual(Array.from({ length: 20 }, () => NOW));
  });

  it('E14: cause no request if there are none', async () => {
    const receiver = await startReceiver();

    await send(createSender(receiver, { protocol, resends: true }), []);

    expect(receiver.requests).toEqual([]);
  });
});

describe('E10: the end of a series', () => {
  it.each(settings)('is sent as StaleNaN and nothing else in %s', async (protocol) => {
    const receiver = await startReceiver();
    const sink = createSender(receiver, { protocol, resends: true });

    await send(sink, gauges(3));
    await send(sink, gauges(2), { timestampMs: NOW + 60_000 });

    expect(receiver.violations).toEqual([]);
    expect(bitsOf(receiver).filter((bits) => bits === 0x7ff0_0000_0000_0002n)).toHaveLength(1);
    expect(receiver.samples.at(-1)).toMatchObject({ labels: { index: '2' }, value: 'stale' });
  });
});

interface ValueCase {
  readonly value: number;
  readonly bits: bigint;
}

function bitsOf({ requests }: FakeReceiver): bigint[] {
  return requests
    .flatMap(({ series }) => series)
    .flatMap(({ samples }) => samples.map(({ bits }) => bits));
}
