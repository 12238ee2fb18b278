import { createServer } from 'node:http';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { useAgentLab } from '../support/agent/agent-lab.ts';
import { listeningSockets } from '../support/cli/listening-sockets.ts';
import { runCli } from '../support/cli/run-cli.ts';
import { smallCluster } from '../support/kubernetes/small-cluster.ts';
import { listen } from '../support/network/listen.ts';

const lab = useAgentLab();

/** Keeps each command busy while its sockets are inspected. */
const DELAY_MS = 1000;
const INTERVAL_MS = 100;

interface Inspection {
  readonly listening: readonly string[];
  /** Number of times that the process was inspected. */
  readonly count: number;
}

/** Inspects a process repeatedly during some work. */
async function inspect(pid: () => number, work: () => Promise<unknown>): Promise<Inspection> {
  const listening: string[] = [];
  let count = 0;
  const timer = setInterval(() => {
    if (pid() === 0) return;
    count++;
    listening.push(...listeningSockets(pid()));
  }, INTERVAL_MS);
  await work().finally(() => clearInterval(timer));
  return { listening, count };
}

async function startSlowPushgateway(): Promise<{ url: string; close: () => void }> {
  const server = createServer((_request, response) => {
    setTimeout(() => response.writeHead(202).end(), DELAY_MS);
  });
  const port = await listen(server);
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

describe('H15: no socket listens', () => {
  it('in an agent that watches a cluster, pushes, resends and ends its series', async () => {
    await lab.cluster.serve(smallCluster);
    const receiver = await lab.receive({ otherwise: { status: 204, delayMs: DELAY_MS } });
    const to = ['--remote-write-url', receiver.url, '--state-dir', join(lab.folder, 'state')];
    const heartbeat = ['--heartbeat-file', join(lab.folder, 'heartbeat')];
    const resends = ['--resend-interval', '5s', '--stale-on-shutdown', '--log-level', 'debug'];
    const agent = lab.startOnCluster([...to, ...heartbeat, ...resends]);
    const { listening, count } = await inspect(
      () => agent.pid,
      async () => {
        await agent.until('resent values');
        await agent.waitFor(() => lab.cluster.storage.watches.count() === 4, 'four watches');
        agent.send('SIGTERM');
        await agent.end();
      },
    );

    expect(listening).toEqual([]);
    expect(count).toBeGreaterThan(10);
    expect(receiver.samples.some(({ value }) => value === 'stale')).toBe(true);
  });

  it.each([['push'], ['check'], ['pushgateway delete']])('in %s', async (command) => {
    const receiver = await lab.receive({ otherwise: { status: 204, delayMs: DELAY_MS } });
    const gateway = await startSlowPushgateway();
    const files = ['--from', lab.results, '--remote-write-url', receiver.url];
    const args = [...command.split(' '), '--cluster', 'c', '--pushgateway-url', gateway.url];
    let pid = 0;
    let exitCode: number | null = null;
    const { listening, count } = await inspect(
      () => pid,
      async () => {
        const options = { started: (childPid: number) => void (pid = childPid) };
        const run = await runCli(
          command === 'pushgateway delete' ? args : [...args, ...files],
          options,
        );
        ({ exitCode } = run);
      },
    );
    gateway.close();

    expect(exitCode).toBe(0);
    expect(listening).toEqual([]);
    expect(count).toBeGreaterThan(5);
  });

  it('and the inspection would notice one that does', async () => {
    await lab.receive();

    expect(listeningSockets(process.pid)).not.toEqual([]);
  });
});
