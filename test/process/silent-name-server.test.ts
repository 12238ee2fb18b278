import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

import { describe, expect, it } from 'vitest';

import { useSecretFiles } from '../support/access/secret-files.ts';
import { messagesOf, runCli } from '../support/cli/run-cli.ts';

const wrapper = resolve(import.meta.dirname, '../support/network/silent-name-server.mjs');
const namespaces = ['unshare', '--map-root-user', '--mount', '--net'];
const canIsolate =
  spawnSync('unshare', [...namespaces.slice(1), 'ip', 'link', 'show', 'lo']).status === 0;
const skips = !canIsolate && process.env['CI'] !== 'true';
const why = skips ? ' (skipped: no permission to create namespaces)' : '';

const runBy = [...namespaces, process.execPath, wrapper];
const url = 'http://receiver.example/api/v1/write';
const push = ['push', '--from', 'examples/scan-results', '--cluster', 'c'];
/** With the start of two processes on a busy machine. A blocked thread would take another 8 seconds. */
const SOON_MS = 6000;

const kubeconfig = `
current-context: c
contexts: [{ name: c, context: { cluster: c, user: u } }]
clusters: [{ name: c, cluster: { server: "https://api.example:6443" } }]
users: [{ name: u, user: { token: "secret" } }]
`;

const files = useSecretFiles();

describe.skipIf(skips)(`with a silent name server${why}`, () => {
  it('ends at the deadline', async () => {
    const startMs = Date.now();

    const run = await runCli([...push, '--remote-write-url', url, '--deadline', '1s'], { runBy });

    expect(run.exitCode).toBe(4);
    expect(messagesOf(run)).toContain('deadline of 1s exceeded');
    expect(Date.now() - startMs).toBeLessThan(SOON_MS);
  });

  it.each([
    ['push', [...push, '--remote-write-url', url], 130],
    ['agent', ['agent', ...push.slice(1), '--remote-write-url', url], 0],
    ['the API server', ['push', '--cluster', 'c', '--remote-write-url', url], 130],
  ])('ends soon after SIGTERM: %s', async (_, args, exitCode) => {
    let stoppedMs = 0;
    const env = {
      KUBESCAPE_PUSH_SHUTDOWN_TIMEOUT: '1s',
      KUBECONFIG: files.write('kubeconfig', kubeconfig),
    };
    const run = await runCli(args, {
      runBy,
      env,
      started(pid) {
        setTimeout(() => {
          stoppedMs = Date.now();
          process.kill(pid, 'SIGTERM');
        }, 2500);
      },
    });

    expect(run.exitCode).toBe(exitCode);
    expect(Date.now() - stoppedMs).toBeLessThan(SOON_MS);
  });

  it('names it as the reason', async () => {
    const args = [...push, '--remote-write-url', url, '--retry-budget', '0s'];

    const run = await runCli(args, { runBy });

    expect(run.exitCode).toBe(4);
    expect(messagesOf(run)).toContain(
      `no answer from ${url}: the name servers do not answer (ETIMEOUT)`,
    );
  });

  it('reaches a receiver with a name in /etc/hosts', async () => {
    const args = [...push, '--remote-write-url', 'http://localhost:9/', '--retry-budget', '0s'];

    const run = await runCli(args, { runBy });

    expect(messagesOf(run)).toContain('the connection was refused (ECONNREFUSED)');
  });
});
