import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Series } from '../../src/metrics/series.ts';
import type { Sink } from '../../src/sinks/sink.ts';
import { createSender, gauge, gauges, realTime, send } from '../compliance/sender.ts';
import { runCli } from '../support/cli/run-cli.ts';
import { useReceivers } from '../support/fake-receiver/use-receivers.ts';
import type { QueryableServer } from '../support/real-servers/prometheus.ts';
import { realServer } from '../support/real-servers/real-servers.ts';
import {
  askPrometheus,
  askVictoriaMetrics,
  sampleKeys,
} from '../support/real-servers/stored-series.ts';

const MINUTE = 60_000;
const V1_ONLY = '--web.remote-write-receiver.accepted-protobuf-messages=prometheus.WriteRequest';

const prometheus = await realServer('prometheus');
const victoriaMetrics = await realServer('victoria-metrics');

const ways = [
  { to: 'in 1.0', protocol: '1.0', flags: [] },
  { to: 'in 2.0', protocol: '2.0', flags: [] },
  { to: 'in what it takes', protocol: 'auto', flags: [] },
  { to: 'that takes 1.0 alone', protocol: 'auto', flags: [V1_ONLY] },
] as const;

const startReceiver = useReceivers();

describe.skipIf(prometheus.missing).each(ways)(
  `a real ${prometheus.label} $to`,
  ({ protocol, flags }) => {
    let server: QueryableServer;
    let sink: Sink;
    let startMs: number;
    beforeAll(async () => {
      server = await prometheus.start({ flags });
      sink = senderTo(server, protocol);
      startMs = Date.now();
    });
    afterAll(async () => server.stop());

    it('H12: accepts everything without errors or warnings', async () => {
      const delivery = await send(sink, valued(), { timestampMs: startMs });

      expect(delivery).toMatchObject({ status: 'delivered', sent: 9, rejected: 0, errors: [] });
    });

    it('E10: stores the sent values with the sent timestamp', async () => {
      const stored = await askPrometheus(server.url, 'ks_score');

      expect(
        stored.map(({ labels, samples }) => [labels['kind'], samples]).toSorted(byKind),
      ).toEqual(
        Object.entries(values)
          .map(([kind, value]) => [kind, [{ timestampMs: startMs, value }]])
          .toSorted(byKind),
      );
    });

    it('O4: immediately ends a series that disappeared, and keeps the others', async () => {
      const rest = valued().filter(({ labels }) => labels[1]?.value !== 'one');
      const laterMs = startMs + MINUTE;

      const delivery = await send(sink, rest, { timestampMs: laterMs });

      expect(delivery).toMatchObject({ status: 'delivered', sent: 9 });
      expect(await server.query('ks_score{kind="one"}', laterMs)).toEqual([]);
      expect(await server.query('ks_score{kind="one"}', laterMs - 1)).toHaveLength(1);
      expect(await server.query('count(ks_score)', laterMs)).toEqual([{ labels: {}, value: 8 }]);
      // A stale marker ends a series, but its earlier values stay.
      expect(await server.query('last_over_time(ks_score{kind="one"}[1h])', laterMs)).toHaveLength(
        1,
      );
    });

    it('E9: accepts repeated samples without storing them twice', async () => {
      const before = sampleKeys(await askPrometheus(server.url, 'ks_score'));

      const rest = valued().filter(({ labels }) => labels[1]?.value !== 'one');
      const again = senderTo(server, protocol);
      const delivery = await send(again, rest, { timestampMs: startMs + MINUTE });

      expect(delivery).toMatchObject({ rejected: 0, errors: [] });
      const after = sampleKeys(await askPrometheus(server.url, 'ks_score'));
      expect(after.length).toBe(before.length);
    });

    it('O9: rejects older samples of a second writer of the same series', async () => {
      const delivery = await send(senderTo(server, protocol), [gauge({ kind: 'zero' }, 5)], {
        timestampMs: startMs - MINUTE,
      });

      expect(delivery).toMatchObject({ status: 'failed', sent: 0, rejected: 1 });
      expect(delivery.errors.join()).toContain('out of order');
    });

    it('S1, S3: rejects out-of-order samples: with 1.0 the whole request, with 2.0 only these samples', async () => {
      const series = [gauge({ kind: 'new' }), gauge({ kind: 'zero' }, 5), gauge({ kind: 'new2' })];
      const timestampMs = startMs - MINUTE + 1;

      const delivery = await send(senderTo(server, protocol), series, { timestampMs });
      const found = await askPrometheus(server.url, 'ks_score{kind=~"new.*"}');

      const isPartial = protocol !== '1.0' && flags.length === 0;
      // Prometheus before 3.6 stores samples that it rejects with 415 (prometheus#16997).
      const isStored = protocol !== '1.0';
      expect(delivery).toMatchObject(
        isPartial
          ? { status: 'partial', sent: 2, rejected: 1 }
          : { status: 'failed', sent: 0, rejected: 3 },
      );
      expect(found).toHaveLength(isStored ? 2 : 0);
    });
  },
);

describe.skipIf(prometheus.missing)(
  `a real ${prometheus.label} that forwards what it receives`,
  () => {
    it('E12: understands the metadata of 2.0, and forwards it to the next receiver', async () => {
      const next = await startReceiver();
      const server = await prometheus.start({
        config: `remote_write: [{url: "${next.url}", protobuf_message: io.prometheus.write.v2.Request, queue_config: {batch_send_deadline: 200ms}}]\n`,
        flags: ['--enable-feature=metadata-wal-records'],
      });

      await send(senderTo(server, '2.0'), [gauge({ kind: 'one' })], { timestampMs: Date.now() });

      const told = await untilTrue(() =>
        next.requests.flatMap(({ series }) => series).find(({ samples }) => samples.length > 0),
      );
      await server.stop();
      expect(told?.metadata).toEqual({ type: 2, help: 'A score.' });
    });
  },
);

describe.skipIf(victoriaMetrics.missing)(
  `a real ${victoriaMetrics.label} with a small limit`,
  () => {
    it('S2: gets requests below -maxInsertRequestSize, although it answers 400 to larger ones', async () => {
      const server = await victoriaMetrics.start({ flags: ['-maxInsertRequestSize=4096'] });
      try {
        const sink = createSender({ url: `${server.url}/api/v1/write` }, {}, realTime);
        const nowMs = Date.now();

        const delivery = await send(sink, gauges(300), { timestampMs: nowMs });

        expect(delivery).toMatchObject({ status: 'delivered', sent: 300, rejected: 0, errors: [] });
        expect(await askVictoriaMetrics(server.url, 'ks_score')).toHaveLength(300);
      } finally {
        await server.stop();
      }
    });
  },
);

describe.skipIf(victoriaMetrics.missing)(`paths of a real ${victoriaMetrics.label}`, () => {
  it.each(['/api/v1/import', '/api/v1/import/prometheus', '/metrics', '/health'])(
    'H6: %s answers 2xx, but is reported as a failure',
    async (path) => {
      const server = await victoriaMetrics.start({ flags: [] });
      try {
        const sink = createSender({ url: `${server.url}${path}` }, {}, realTime);

        const delivery = await send(sink, valued(), { timestampMs: Date.now() });

        expect(delivery).toMatchObject({ status: 'failed', sent: 0, rejected: 9 });
        expect(delivery.errors.join()).toContain('stored nothing');
      } finally {
        await server.stop();
      }
    },
  );
});

describe.skipIf(victoriaMetrics.missing)(`a real ${victoriaMetrics.label}`, () => {
  let server: QueryableServer;
  beforeAll(async () => {
    server = await victoriaMetrics.start({ flags: ['-enableMetadata'] });
  });
  afterAll(async () => server.stop());

  it('H6: is recognized as not supporting 2.0, and gets everything with 1.0', async () => {
    const timestampMs = Date.now();
    const sink = senderTo(server, 'auto');

    const delivery = await send(sink, valued(), { timestampMs });

    expect(delivery).toMatchObject({ status: 'delivered', sent: 9, rejected: 0, errors: [] });
    const stored = await askVictoriaMetrics(server.url, '{__name__="ks_score"}');
    const found = stored.map(({ labels, samples }) => [labels['kind'], samples[0]?.value]);
    // VictoriaMetrics drops NaN and exports infinities as null.
    expect(Object.fromEntries(found)).toMatchObject({
      zero: 0,
      one: 1,
      minus: -273.15,
      tiny: 5e-9,
    });
  });

  it('H6: stores nothing from a sender with protocol 2.0, which reports the failure', async () => {
    const delivery = await send(senderTo(server, '2.0'), [gauge({ kind: 'never' })], {
      timestampMs: Date.now(),
    });

    expect(delivery).toMatchObject({ status: 'failed', sent: 0, rejected: 1 });
    expect(await askVictoriaMetrics(server.url, '{kind="never"}')).toEqual([]);
  });

  it('O4: ends a series that disappeared', async () => {
    const sink = senderTo(server, '1.0');
    const startMs = Date.now();
    await send(sink, [gauge({ end: 'a' }), gauge({ end: 'b' })], { timestampMs: startMs - 2000 });
    await send(sink, [gauge({ end: 'a' })], { timestampMs: startMs - 1000 });

    const left = await server.query('ks_score{end!=""}', startMs);

    expect(left.map(({ labels }) => labels['end'])).toEqual(['a']);
  });

  it('E12: stores the metadata of 1.0', async () => {
    await send(senderTo(server, '1.0'), [gauge({ end: 'a' })], { timestampMs: Date.now() });

    const answer = await fetch(`${server.url}/api/v1/metadata?metric=ks_score`);

    expect(await answer.json()).toMatchObject({
      data: { ks_score: [{ type: 'gauge', help: 'A score.' }] },
    });
  });
});

describe.skipIf(prometheus.missing)(`the built program to a ${prometheus.label}`, () => {
  it.each([{ flags: [] }, { flags: [V1_ONLY] }])('H12: $flags', async ({ flags }) => {
    const server = await prometheus.start({ flags });

    const run = await runCli([
      ...['push', '--from', 'examples/scan-results', '--log-level', 'debug'],
      ...['--remote-write-url', server.remoteWriteUrl],
    ]);
    const stored = sampleKeys(await askPrometheus(server.url, '{cluster!=""}'));
    await server.stop();

    expect(run.exitCode).toBe(0);
    const delivered = run.log.find(({ msg }) => msg === 'delivered');
    expect(delivered).toMatchObject({ sent: stored.length, rejected: 0 });
    expect(stored.length).toBeGreaterThan(300);
  });
});

const values = {
  zero: 0,
  one: 1,
  minus: -273.15,
  tiny: 5e-9,
  smallest: 5e-324,
  largest: Number.MAX_VALUE,
  nan: NaN,
  up: Infinity,
  down: -Infinity,
} as const;

function valued(): Series[] {
  return Object.entries(values).map(([kind, value]) => gauge({ kind }, value));
}

function senderTo({ remoteWriteUrl }: QueryableServer, protocol: '1.0' | '2.0' | 'auto'): Sink {
  return createSender({ url: remoteWriteUrl }, { protocol, resends: true }, realTime);
}

function byKind([a]: readonly unknown[], [b]: readonly unknown[]): number {
  return String(a) < String(b) ? -1 : 1;
}

async function untilTrue<T>(look: () => T | undefined): Promise<T | undefined> {
  const deadline = performance.now() + 20_000;
  while (performance.now() < deadline) {
    const found = look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return undefined;
}
