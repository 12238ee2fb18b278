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
import { type KubernetesLab, useLab } from '../kubernetes/lab.ts';
import { AgentProcess } from './agent-process.ts';

/** Agents as child processes, what they read and what they send to; all of it ends with the test. */
export class AgentLab {
  readonly cluster: KubernetesLab;
  readonly #agents: AgentProcess[] = [];
  readonly #receivers: FakeReceiver[] = [];
  #folder = '';

  constructor(cluster: KubernetesLab) {
    this.cluster = cluster;
  }

  /** Holds the results of the example cluster in `results`. */
  get folder(): string {
    return this.#folder;
  }

  get results(): string {
    return join(this.#folder, 'results');
  }

  open(): void {
    this.#folder = mkdtempSync(join(tmpdir(), 'agent-'));
    cpSync('examples/scan-results', this.results, { recursive: true });
  }

  async close(): Promise<void> {
    await Promise.all(this.#agents.splice(0).map(async (agent) => agent.kill()));
    await Promise.all(this.#receivers.splice(0).map(async (receiver) => receiver.close()));
    rmSync(this.#folder, { recursive: true });
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

/** A lab for each test of the file. */
export function useAgentLab(): AgentLab {
  const lab = new AgentLab(useLab());
  beforeEach(() => lab.open());
  afterEach(async () => lab.close());
  return lab;
}
