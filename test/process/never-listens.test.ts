import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { useAgentLab } from '../support/agent/agent-lab.ts';
import { listeningSockets } from '../support/cli/listening-sockets.ts';
import { runCli } from '../support/cli/run-cli.ts';
import { listen } from '../support/network/listen.ts';

const lab = useAgentLab();

const DELAY_MS = 1000;

/** Looks again and again while something is under way, and gives what it has seen. */
async function watch<T>(pid: () => number, work: () => Promise<T>): Promise<Watched<T>> {
  const listening: string[] = [];
  let looks = 0;
  const timer = setInterval(() => {
    if (pid() > 0) looks++;
    listening.push(...listeningSockets(pid()));
  }, 20);
  const result = await work().finally(() => clearInterval(timer));
  return { result, listening, looks };
}

interface Watched<T> {
  readonly result: T;
  readonly listening: readonly string[];
  readonly looks: number;
}

/** A Pushgateway that takes its time. */
async function startSlowGateway(): Promise<{ url: string; close: () => void }> {
  const server = createServer((_request, response) => {
    setTimeout(() => response.writeHead(202).end(), DELAY_MS);
  });
  const port = await listen(server);
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

describe('nothing listens', () => {
  it('in an agent with a state folder, while it sends, repeats and ends its series', async () => {
    const state = join(lab.folder, 'state');
    mkdirSync(state);
    const receiver = await lab.receive({ otherwise: { status: 204, delayMs: DELAY_MS } });
    const to = ['--remote-write-url', receiver.url, '--state-dir', state];
    const beat = ['--heartbeat-file', join(lab.folder, 'beat')];
    const often = ['--resend-interval', '5s', '--stale-on-shutdown', '--log-level', 'debug'];
    const agent = lab.startOnFiles([...to, ...beat, ...often]);
    const { listening, looks } = await watch(
      () => agent.pid,
      async () => {
        await agent.until('resent values');
        agent.send('SIGTERM');
        expect((await agent.end()).exitCode).toBe(0);
      },
    );

    expect(listening).toEqual([]);
    expect(looks).toBeGreaterThan(50);
    expect(receiver.samples.some(({ value }) => value === 'stale')).toBe(true);
  });

  it.each([
    [
      'push with a state folder',
      ['push', '--remote-write-url', 'RECEIVER', '--state-dir', 'STATE'],
    ],
    ['push to a Pushgateway', ['push', '--pushgateway-url', 'GATEWAY']],
    ['check', ['check', '--remote-write-url', 'RECEIVER', '--pushgateway-url', 'GATEWAY']],
    ['pushgateway delete', ['pushgateway', 'delete', '--pushgateway-url', 'GATEWAY']],
  ])('in %s', async (_mode, parts) => {
    const state = join(lab.folder, 'state');
    mkdirSync(state);
    const receiver = await lab.receive({ otherwise: { status: 204, delayMs: DELAY_MS } });
    const gateway = await startSlowGateway();
    const places = new Map([
      ['RECEIVER', receiver.url],
      ['GATEWAY', gateway.url],
      ['STATE', state],
    ]);
    const args = parts.map((part) => places.get(part) ?? part);
    const from = parts[0] === 'pushgateway' ? [] : ['--from', lab.results];
    let pid = 0;
    const { result, listening, looks } = await watch(
      () => pid,
      async () =>
        runCli([...args, ...from, '--cluster', 'c'], {
          started: (childPid) => {
            pid = childPid;
          },
        }),
    );
    gateway.close();

    expect(result).toMatchObject({ exitCode: 0 });
    expect(listening).toEqual([]);
    expect(looks).toBeGreaterThan(30);
  });
});
