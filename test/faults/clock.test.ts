import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { createSender, gauges, realTime, send } from '../compliance/sender.ts';
import type { QueryableServer } from '../support/real-servers/prometheus.ts';
import { realServer } from '../support/real-servers/real-servers.ts';
import { askPrometheus } from '../support/real-servers/stored-series.ts';
import { type FaultLab, FaultTable, openFaultLab } from './fault-lab.ts';

const MINUTE = 60_000;
const SERIES = 250;

const prometheus = await realServer('prometheus');

const table = new FaultTable();
let lab: FaultLab;
let server: QueryableServer;
beforeAll(async () => {
  lab = await openFaultLab(1);
});
beforeEach(async () => {
  server = await prometheus.start();
});
afterEach(async () => server.stop());
afterAll(async () => {
  table.print();
  await lab.close();
});

describe.skipIf(prometheus.missing)(
  `a clock that differs from that of a ${prometheus.label}`,
  () => {
    it.each([
      { what: 'five minutes ahead', minutes: [5], sent: [true] },
      { what: 'five minutes behind', minutes: [-5], sent: [true] },
      { what: 'ahead, then right, in one process', minutes: [5, 0, 1], sent: [true, true, true] },
      { what: 'right, then five minutes behind', minutes: [0, -5, -4], sent: [true, true, true] },
      { what: 'too far ahead, then right', minutes: [11, 0], sent: [false, true] },
    ])('O2, O10: $what', async ({ what, minutes, sent }) => {
      const startMs = Date.now();
      const sink = createSender(
        { url: server.remoteWriteUrl },
        { maxSamplesPerSend: 100 },
        realTime,
      );

      const taken: boolean[] = [];
      let said = 0;
      for (const minute of minutes) {
        const timestampMs = startMs + minute * MINUTE;
        const delivery = await send(sink, gauges(SERIES), { timestampMs });
        taken.push(delivery.status === 'delivered');
        expect(delivery.sent + delivery.rejected).toBe(SERIES);
        said += delivery.sent;
      }

      await report(what, said, SERIES * sent.filter(Boolean).length);
      expect(taken).toEqual(sent);
    });

    it('O2: ahead, then right, in another process with the same state folder', async () => {
      const stateDir = lab.newFolder();
      const startMs = Date.now();
      let said = 0;
      for (const minute of [5, 0]) {
        const sink = createSender({ url: server.remoteWriteUrl }, { stateDir }, realTime);
        const timestampMs = startMs + minute * MINUTE;
        const delivery = await send(sink, gauges(SERIES), { timestampMs });
        expect(delivery).toMatchObject({ status: 'delivered', sent: SERIES });
        said += delivery.sent;
      }

      await report('ahead, then right, with a folder', said, 2 * SERIES);
    });

    it('O2: ahead, then right, in another process without a state folder: rejected and reported', async () => {
      const startMs = Date.now();
      const first = createSender({ url: server.remoteWriteUrl }, {}, realTime);
      await send(first, gauges(SERIES), { timestampMs: startMs + 5 * MINUTE });

      const second = createSender({ url: server.remoteWriteUrl }, {}, realTime);
      const delivery = await send(second, gauges(SERIES), { timestampMs: startMs });

      expect(delivery).toMatchObject({ status: 'partial', sent: 0, rejected: SERIES });
      expect(delivery.errors.join()).toContain('out of order');
      await report('ahead, then right, without a folder', SERIES, SERIES);
    });
  },
);

async function report(fault: string, sent: number, due: number): Promise<void> {
  const stored = await askPrometheus(server.url, 'ks_score', Date.now() + 20 * MINUTE);
  const rows = stored.reduce((sum, { samples }) => sum + samples.length, 0);
  table.add({ fault, due, sent, stored: rows, lost: due - rows, doubled: 0 });
  expect([sent, rows]).toEqual([due, due]);
  expect(stored).toHaveLength(SERIES);
}
