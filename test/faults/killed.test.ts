import { randomInt } from 'node:crypto';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import type { CliRun } from '../support/cli/run-cli.ts';
import { startTcpProxy, type TcpProxy } from '../support/network/tcp-proxy.ts';
import type { QueryableServer } from '../support/real-servers/prometheus.ts';
import { realServer } from '../support/real-servers/real-servers.ts';
import { askPrometheus } from '../support/real-servers/stored-series.ts';
import {
  dueAt,
  type FaultLab,
  FaultTable,
  judge,
  makeFolder,
  openFaultLab,
  saidOf,
} from './fault-lab.ts';
import { persisted } from './kept-samples.ts';

const prometheus = await realServer('prometheus');

const table = new FaultTable();
let lab: FaultLab;
const servers: QueryableServer[] = [];
let proxy: TcpProxy;
beforeAll(async () => {
  lab = await openFaultLab(120);
});
afterEach(async () => {
  await proxy.close();
  for (const server of servers.splice(0)) await server.stop();
});
afterAll(async () => {
  table.print();
  await lab.close();
});

describe.skipIf(prometheus.missing)(`kill -9 of a real ${prometheus.label}`, () => {
  it.each([3, 11, 25])(
    'H5: at answer %d, followed by a restart: nothing is lost',
    async (answers) => {
      const { server, database } = await start();
      const url = await lineTo(server);
      const restarted = restartAt(answers, { server, database });

      const run = await lab.push([{ url }]);

      const again = await restarted;
      const stored = await askPrometheus(again.url, '{cluster!=""}');
      expect(run.exitCode).toBe(0);
      const said = saidOf(run, url);
      expect(said).toMatchObject({ status: 'delivered', failed: 0, kept: 0 });
      expect(said.retries).toBeGreaterThan(0);
      const fault = `Prometheus killed at answer ${answers}`;
      const due = dueAt(lab.series, stored);
      const row = table.add(judge({ fault, sent: said.sent, due }, stored));
      expect(row.due).toBe(lab.series.size);
      expect(row).toEqual({ ...row, sent: row.due, stored: row.due, lost: 0, doubled: 0 });
    },
  );
});

describe.skipIf(prometheus.missing)('kill -9 of the program, with a state folder', () => {
  it.each([
    { what: 'before anything was taken', answers: [1] },
    { what: 'early', answers: [randomInt(2, 8)] },
    { what: 'in the middle', answers: [randomInt(8, 20)] },
    { what: 'late', answers: [randomInt(20, 28)] },
    { what: 'three times in a row', answers: [randomInt(2, 6), randomInt(2, 6), randomInt(6, 20)] },
  ])('S5: $what, at answers $answers: persisted samples arrive', async ({ what, answers }) => {
    const { server } = await start();
    const url = await lineTo(server);
    const stateDir = lab.newFolder();
    const promised = new Set<string>();
    for (const count of answers) {
      const run = await pushAndKill(url, stateDir, proxy.answers + count);
      expect(run.signal).toBe('SIGKILL');
      for (const key of persisted(stateDir).results) promised.add(key);
    }

    const run = await lab.push([{ url }], { stateDir });

    expect(run.exitCode).toBe(0);
    const stored = await askPrometheus(server.url, '{cluster!=""}');
    const lastMs = Math.max(...stored.flatMap(({ samples }) => samples.map(timeOf)));
    const due = new Set([...promised, ...[...lab.series].map((one) => `${lastMs} ${one}`)]);
    const fault = `program killed ${what}: answers ${answers.join()}`;
    const row = table.add(judge({ fault, sent: saidOf(run, url).sent, due }, stored));
    expect(promised.size).toBeGreaterThan(0);
    expect(row).toMatchObject({ lost: 0, doubled: 0 });
    // Samples accepted before a kill are also stored.
    expect(row.stored).toBeGreaterThanOrEqual(row.due);
    expect(saidOf(run, url)).toMatchObject({ status: 'delivered', failed: 0, kept: 0 });
    expect(persisted(stateDir).all.size).toBe(0);
  });

  it('O4: ends no series that still exists, whatever the killed cycle had reached', async () => {
    const { server } = await start();
    const url = await lineTo(server);
    const stateDir = lab.newFolder();
    await lab.push([{ url }], { stateDir });
    await pushAndKill(url, stateDir, proxy.answers + randomInt(2, 20));

    await lab.push([{ url }], { stateDir });

    const results = '{cluster!="",__name__!~"kubescape_push_.*"}';
    const [count] = await server.query(`count(${results})`);
    expect(count?.value).toBe(lab.series.size);
  });
});

async function pushAndKill(url: string, stateDir: string, answers: number): Promise<CliRun> {
  return lab.push([{ url }], {
    stateDir,
    started: (pid) => {
      void proxy.answered(answers).then(() => process.kill(pid, 'SIGKILL'));
    },
  });
}

/** Starts a server whose database survives a restart. */
async function start(): Promise<{ server: QueryableServer; database: string }> {
  const database = await makeFolder(lab.newFolder());
  return { server: await startOn(database), database };
}

async function restartAt(
  answers: number,
  { server, database }: { server: QueryableServer; database: string },
): Promise<QueryableServer> {
  await proxy.answered(answers);
  process.kill(server.pid, 'SIGKILL');
  while (!server.hasExited()) await new Promise((resolve) => setTimeout(resolve, 5));
  const again = await startOn(database);
  proxy.retarget(portOf(again));
  return again;
}

async function startOn(database: string): Promise<QueryableServer> {
  const server = await prometheus.start({ database });
  servers.push(server);
  return server;
}

/** Starts a proxy that is slow enough to kill a process in the middle of a push. */
async function lineTo(server: QueryableServer): Promise<string> {
  proxy = await startTcpProxy({ targetPort: portOf(server), answerDelayMs: 20 });
  return `http://127.0.0.1:${proxy.port}/api/v1/write`;
}

function timeOf({ timestampMs }: { readonly timestampMs: number }): number {
  return timestampMs;
}

function portOf({ url }: QueryableServer): number {
  return Number(new URL(url).port);
}
