import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach } from 'vitest';

import {
  type FakeReceiver,
  type FakeReceiverOptions,
  startFakeReceiver,
} from '../fake-receiver/fake-receiver.ts';
import { writeKubeconfig } from '../fake-storage/kubeconfig.ts';
import { KubernetesLab } from '../kubernetes/lab.ts';
import { AgentProcess } from './agent-process.ts';

/** Agents as child processes, with their scan results, cluster and receivers. */
export class AgentLab {
  readonly cluster = new KubernetesLab();
  readonly #agents: AgentProcess[] = [];
  readonly #receivers: FakeReceiver[] = [];
  #folder = '';

  get folder(): string {
    return this.#folder;
  }

  /** A copy of the example scan results. */
  get results(): string {
    return join(this.#folder, 'results');
  }

  open(): void {
    this.cluster.open();
    this.#folder = mkdtempSync(join(tmpdir(), 'agent-'));
    cpSync('examples/scan-results', this.results, { recursive: true });
  }

  /** Kills the agents and removes everything. */
  async close(): Promise<void> {
    await Promise.all(this.#agents.splice(0).map(async (agent) => agent.kill()));
    await Promise.all(this.#receivers.splice(0).map(async (receiver) => receiver.close()));
    await this.cluster.close();
    rmSync(this.#folder, { recursive: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async receive(options?: FakeReceiverOptions): Promise<FakeReceiver> {
    const receiver = await startFakeReceiver(options);
    this.#receivers.push(receiver);
    return receiver;
  }

  start(args: readonly string[]): AgentProcess {
    const agent = new AgentProcess(args);
    this.#agents.push(agent);
    return agent;
  }

  startOnFiles(args: readonly string[]): AgentProcess {
    return this.start(['--from', this.results, ...args]);
  }

  startOnCluster(args: readonly string[]): AgentProcess {
    const { storage, folder } = this.cluster;
    const kubeconfig = writeKubeconfig(storage, { dir: folder, user: { token: 'test' } });
    return this.start(['--kubeconfig', kubeconfig, '--cluster', 'lab', ...args]);
  }
}

/** A new lab for each test of the file. */
export function useAgentLab(): AgentLab {
  const lab = new AgentLab();
  beforeEach(() => lab.open());
  afterEach(async () => lab.close());
  return lab;
}
