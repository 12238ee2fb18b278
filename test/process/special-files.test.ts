import { execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { cliPath, messagesOf, runCli } from '../support/cli/run-cli.ts';
import { demoCluster } from '../support/cluster-generator/demo-cluster/demo-cluster.ts';

const [manifest] = demoCluster().manifests();
const good = JSON.stringify(manifest);
const total = /kubescape_total_vulnerabilities\{cluster="c"\} [1-9]/;

let folder: string;
let pipe: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'special-files-'));
  pipe = makePipe('pipe');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a folder', () => {
  it('with a pipe and a socket is read without them', async () => {
    const scans = join(folder, 'scans');
    mkdirSync(scans);
    writeFileSync(join(scans, 'good.json'), good);
    makePipe('scans/pipe.json');
    const server = createServer().listen(join(scans, 'socket.json'));

    const run = await runCli(['render', '--cluster', 'c', '--from', scans]);

    server.close();
    expect(run.exitCode).toBe(5);
    expect(run.stdout).toMatch(total);
    expect(messagesOf(run)).toContain('pipe.json: is a pipe; name it with --from to read it');
    expect(messagesOf(run)).toContain('socket.json: is a socket, not a file');
  });
});

describe('a named pipe', () => {
  it('is read once it has a writer', async () => {
    const running = runCli(['render', '--cluster', 'c', '--from', pipe]);
    await sleep(500);
    writeFileSync(pipe, good);

    const run = await running;

    expect(run.exitCode).toBe(0);
    expect(run.stdout).toMatch(total);
  });

  it('without a writer lasts until the deadline', async () => {
    const run = await runCli(['render', '--cluster', 'c', '--from', pipe], {
      env: { KUBESCAPE_PUSH_DEADLINE: '1s' },
    });

    expect(messagesOf(run)).toContain('deadline of 1s exceeded');
  });

  it.each(['nothing', 'half a document'])('that got %s does not delay a signal', async (what) => {
    const child = spawn(process.execPath, [cliPath, 'render', '--cluster', 'c', '--from', pipe]);
    const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
    const writer = what === 'nothing' ? undefined : openSync(pipe, 'r+');
    if (writer !== undefined) writeFileSync(writer, good.slice(0, 3000));
    await sleep(1000);
    const startMs = performance.now();
    child.kill('SIGTERM');

    expect(await ended).toBe(130);
    expect(performance.now() - startMs).toBeLessThan(2000);
    if (writer !== undefined) closeSync(writer);
  });
});

it('rejects a device', async () => {
  const run = await runCli(['render', '--cluster', 'c', '--from', '/dev/zero']);

  expect(run.exitCode).toBe(3);
  expect(messagesOf(run)).toContain('/dev/zero: is a device, not a file');
});

function makePipe(name: string): string {
  const path = join(folder, name);
  execFileSync('mkfifo', [path]);
  return path;
}
