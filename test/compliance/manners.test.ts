import dns from 'node:dns';

import { afterEach, describe, expect, it, vi } from 'vitest';

import { runCli } from '../support/cli/run-cli.ts';
import { useReceivers } from '../support/fake-receiver/use-receivers.ts';
import { createClock } from '../support/remote-write/waiting-clock.ts';
import { createSender, gauge, gauges, NOW, realTime, send, settings } from './sender.ts';

afterEach(async () => {
  vi.restoreAllMocks();
});
const startReceiver = useReceivers();

describe.each(settings)('a sender with protocol %s', (protocol) => {
  const options = { protocol, sendMetadata: false } as const;

  it('S4: respects the limit of samples per second', async () => {
    const receiver = await startReceiver();
    const { runtime, slept } = createClock();
    const limited = {
      ...options,
      rateLimits: { samples: 100 },
      maxSamplesPerSend: 100,
      concurrency: 1,
    };

    const delivery = await send(createSender(receiver, limited, runtime), gauges(1000));

    expect(delivery).toMatchObject({ status: 'delivered', sent: 1000 });
    // The first request need not wait.
    expect(slept).toEqual(Array.from({ length: 9 }, () => 1000));
  });

  it('S11: resolves the name of the receiver for each new connection', async () => {
    const receiver = await startReceiver({ answers: [{ status: 204 }, 'reset', 'reset'] });
    const url = receiver.url.replace('127.0.0.1', 'localhost');
    const sink = createSender({ url }, { ...options, minBackoffMs: 1 }, realTime);
    const lookup = vi.spyOn(dns, 'lookup');

    await send(sink, gauges(3));
    const before = lookup.mock.calls.length;
    await send(sink, gauges(3), { timestampMs: NOW + 1 });

    expect(receiver.samples).toHaveLength(6);
    expect(before).toBe(1);
    expect(lookup.mock.calls.length).toBeGreaterThan(1);
  });

  it('S12: sends self-metrics after all results, with their outcome', async () => {
    const slow = { status: 204, delayMs: 20 };
    const receiver = await startReceiver({ answers: [slow, slow, slow, slow] });
    const sink = createSender(receiver, { ...options, maxSamplesPerSend: 5 }, realTime);
    const session = sink.open({ timestampMs: NOW, cluster: 'c1' }, never);
    await session.write(gauges(17));

    const delivery = await session.close({
      isComplete: true,
      selfSeries: () => [gauge({ own: 'yes' }, sink.counters.samplesSent)],
    });

    expect(delivery).toMatchObject({ status: 'delivered', sent: 18 });
    expect(receiver.samples.at(-1)).toMatchObject({ labels: { own: 'yes' }, value: 17 });
    expect(receiver.requests.at(-1)?.series).toHaveLength(1);
  });
});

const never = { signal: new AbortController().signal };

describe('S9: labels of the built-in metrics', () => {
  it('contain no UID, CVE or description, and a digest only in kubescape_workload_image_info', async () => {
    const receiver = await startReceiver();

    await runCli(['push', '--from', 'examples/scan-results', '--remote-write-url', receiver.url]);

    const values = receiver.samples.flatMap(({ name, labels }) =>
      Object.values(labels).map((value) => ({ name, value })),
    );
    expect(values.length).toBeGreaterThan(1000);
    const odd = values.filter(
      ({ value }) => /CVE-|GHSA-|\b[0-9a-f]{8}-[0-9a-f]{4}-/.test(value) || value.length > 120,
    );
    expect(odd.filter(({ name }) => name !== 'kubescape_workload_image_info')).toEqual([]);
    const digests = values.filter(({ value }) => /[0-9a-f]{64}/.test(value));
    expect(new Set(digests.map(({ name }) => name))).toEqual(
      new Set(['kubescape_workload_image_info']),
    );
  });
});
