import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { type LineFault, startTcpProxy, type TcpProxy } from '../support/network/tcp-proxy.ts';
import type { QueryableServer } from '../support/real-servers/prometheus.ts';
import { realServer } from '../support/real-servers/real-servers.ts';
import {
  askPrometheus,
  askVictoriaMetrics,
  keyOf,
  sampleKeys,
  type StoredSeries,
} from '../support/real-servers/stored-series.ts';
import {
  BATCH,
  dueAt,
  type FaultLab,
  FaultTable,
  judge,
  openFaultLab,
  saidOf,
} from './fault-lab.ts';

const prometheus = await realServer('prometheus');
const victoriaMetrics = await realServer('victoria-metrics');

const table = new FaultTable();
let lab: FaultLab;
let proxy: TcpProxy;
beforeAll(async () => {
  lab = await openFaultLab();
});
afterEach(async () => proxy.close());
afterAll(async () => {
  table.print();
  await lab.close();
});

const lines: readonly (readonly [string, readonly LineFault[]])[] = [
  ['H5: resets', ['reset', 'reset', 'none', 'reset']],
  ['H5: requests cut in half', ['half-request', 'half-request', 'half-request']],
  ['H8: lost answers', ['lost-answer', 'lost-answer', 'lost-answer', 'lost-answer']],
  ['H8: answers cut in half', ['half-answer', 'half-answer', 'half-answer']],
  ['H4: silence', ['hang', 'hang']],
  ['H4: a line that trickles', ['slow', 'slow']],
  ['H5, H8: one of each', ['reset', 'half-request', 'lost-answer', 'half-answer', 'hang', 'slow']],
];

describe.skipIf(prometheus.missing)(`a broken connection to a real ${prometheus.label}`, () => {
  let server: QueryableServer;
  beforeAll(async () => {
    server = await prometheus.start();
  });
  afterAll(async () => server.stop());

  it.each(lines)('%s: no sample is lost or stored twice', async (fault, faults) => {
    const before = new Set(sampleKeys(await askPrometheus(server.url, '{cluster!=""}')));
    proxy = await startTcpProxy({ targetPort: portOf(server), faults });
    const url = `http://127.0.0.1:${proxy.port}/api/v1/write`;

    const run = await lab.push([{ url }]);

    const all = await askPrometheus(server.url, '{cluster!=""}');
    const stored = withoutOld(all, before);
    const { sent } = saidOf(run, url);
    const row = table.add(judge({ fault, sent, due: dueAt(lab.series, stored) }, stored));
    expect(row.due).toBe(lab.series.size);
    expect(run.exitCode).toBe(0);
    expect(proxy.pending).toBe(0);
    expect(row).toEqual({ ...row, sent: row.due, stored: row.due, lost: 0, doubled: 0 });
    expect(saidOf(run, url)).toMatchObject({ status: 'delivered', failed: 0 });
    expect(saidOf(run, url).retries > 0).toBe(faults.some((one) => one !== 'slow'));
  });
});

describe.skipIf(victoriaMetrics.missing)(`lost answers of a ${victoriaMetrics.label}`, () => {
  it.each<readonly [string, readonly string[]]>([
    ['twice, if it is not told to look', []],
    ['once, if it is', ['-dedup.minScrapeInterval=1ms']],
  ])('E9: cause repeated samples, which are stored %s', async (_, flags) => {
    const server = await victoriaMetrics.start({ flags });
    // Requests with 2.0, of which it stores nothing, use separate connections.
    const faults: LineFault[] = ['none', 'none', 'lost-answer', 'lost-answer'];
    proxy = await startTcpProxy({ targetPort: portOf(server), faults });
    const url = `http://127.0.0.1:${proxy.port}/api/v1/write`;

    const run = await lab.push([{ url }]);
    const stored = await askVictoriaMetrics(server.url, '{cluster!=""}');
    await server.stop();

    expect(run.exitCode).toBe(0);
    const fault = `lost answers of VictoriaMetrics ${flags.join()}`.trim();
    const { sent } = saidOf(run, url);
    const row = table.add(judge({ fault, sent, due: dueAt(lab.series, stored) }, stored));
    expect(row).toMatchObject({ sent: row.due, stored: row.due, lost: 0 });
    // The first requests contain no self-metrics.
    expect(row.doubled).toBe(flags.length === 0 ? 2 * BATCH : 0);
  });
});

/** Removes samples that earlier tests have left. */
function withoutOld(stored: readonly StoredSeries[], old: ReadonlySet<string>): StoredSeries[] {
  return stored.map(({ labels, samples }) => ({
    labels,
    samples: samples.filter(({ timestampMs }) => !old.has(`${timestampMs} ${keyOf(labels)}`)),
  }));
}

function portOf({ url }: QueryableServer): number {
  return Number(new URL(url).port);
}
