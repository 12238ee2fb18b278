import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { useAgentLab } from '../support/agent/agent-lab.ts';
import type { AgentProcess } from '../support/agent/agent-process.ts';
import { writeKubeconfig } from '../support/fake-storage/kubeconfig.ts';
import { smallCluster } from '../support/kubernetes/small-cluster.ts';

const lab = useAgentLab();

const credential =
  '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"t"}}';

/** Starts an agent that hangs while authenticating for the watch that its second configuration enables. */
async function startWithSlowWatch(): Promise<AgentProcess> {
  await lab.cluster.serve(smallCluster);
  const [slow, started] = [join(lab.folder, 'slow'), join(lab.folder, 'started')];
  const script = `if test -e ${slow}; then touch ${started}; sleep 60; fi; echo '${credential}'`;
  const exec = { command: '/bin/sh', args: ['-c', script] };
  const { storage } = lab.cluster;
  const kubeconfig = writeKubeconfig(storage, { dir: lab.folder, user: { exec } });
  const config = join(lab.folder, 'config.yaml');
  writeFileSync(config, 'agent: {change_quiet: 0s}\n');
  const agent = lab.start(['--kubeconfig', kubeconfig, '--cluster', 'c', '--config', config]);
  await agent.until('cycle done');
  writeFileSync(slow, '');
  writeFileSync(config, 'agent: {change_quiet: 1s}\n');
  agent.send('SIGHUP');
  await agent.until('cycle done', 2);
  await agent.waitFor(() => existsSync(started), 'the authentication');
  return agent;
}

describe('while the watch authenticates', () => {
  it('SIGTERM stops the agent in an orderly way', async () => {
    const agent = await startWithSlowWatch();
    agent.send('SIGTERM');

    expect(await agent.end()).toMatchObject({ exitCode: 0, signal: null });
    expect(agent.logged('agent stopped')).toHaveLength(1);
    expect(agent.stderr).not.toContain('unexpected');
  });

  it('SIGHUP reloads the configuration', async () => {
    const agent = await startWithSlowWatch();
    agent.send('SIGHUP');
    await agent.until('cycle done', 3);

    expect(agent.logged('reloaded the configuration')).toHaveLength(2);
    agent.send('SIGTERM');
    expect(await agent.end()).toMatchObject({ exitCode: 0, signal: null });
  });
});

describe('while the agent stops', () => {
  it('SIGHUP changes nothing', async () => {
    const receiver = await lab.receive({ otherwise: 'hang' });
    const to = ['--remote-write-url', receiver.url, '--shutdown-timeout', '1500ms'];
    const agent = lab.startOnFiles(to);
    await agent.waitFor(() => receiver.requests.length > 0, 'a request');
    agent.send('SIGTERM');
    await agent.until('stopping');
    agent.send('SIGHUP');

    expect(await agent.end()).toMatchObject({ exitCode: 0, signal: null });
    expect(agent.logged('agent stopped')).toHaveLength(1);
    expect(agent.logged('reloaded the configuration')).toEqual([]);
  });
});
