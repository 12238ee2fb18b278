import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { runCli } from '../cli/run-cli.ts';
import { writeKubeconfig } from '../fake-storage/kubeconfig.ts';
import type { QueryableServer } from '../real-servers/prometheus.ts';
import { storedSamples } from '../real-servers/remote-read.ts';
import { ResultFiles } from '../scan-results/result-files.ts';
import { AgentLab } from './agent-lab.ts';
import type { AgentProcess } from './agent-process.ts';

/** A lab whose agents send to a real server, for tests that run concurrently. */
export class AgentLife {
  readonly lab = new AgentLab();
  readonly cluster: string;
  readonly #server: QueryableServer;
  readonly #sends: readonly string[];
  #results: ResultFiles | undefined;

  constructor(server: QueryableServer, protocol: string, name: string) {
    this.#server = server;
    this.cluster = `${name}-${protocol}`;
    this.lab.open();
    const config = join(this.lab.folder, 'config.yaml');
    const receiver = `{url: "${server.remoteWriteUrl}", protocol: "${protocol}"}`;
    writeFileSync(config, `remote_write: [${receiver}]\n`);
    this.#sends = ['--config', config, '--cluster', this.cluster];
  }

  get results(): ResultFiles {
    this.#results ??= new ResultFiles(join(this.lab.folder, 'scans'));
    return this.#results;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.lab.close();
  }

  get #agentOptions(): string[] {
    const often = ['--resend-interval', '5s', '--change-quiet', '300ms', '--schedule', '0 0 1 1 *'];
    return [...this.#sends, ...often, '--log-level', 'debug'];
  }

  startOnFiles(args: readonly string[] = []): AgentProcess {
    const from = ['--from', this.results.folder];
    return this.lab.start([...from, ...this.#agentOptions, ...args]);
  }

  startOnCluster(): AgentProcess {
    const { storage, folder } = this.lab.cluster;
    const kubeconfig = writeKubeconfig(storage, { dir: folder, user: { token: 'test' } });
    const source = ['--kubeconfig', kubeconfig, '--read-retry-budget', '1s'];
    return this.lab.start([...source, ...this.#agentOptions]);
  }

  async push(args: readonly string[] = []): Promise<number | null> {
    const run = await runCli(['push', '--from', this.results.folder, ...this.#sends, ...args]);
    return run.exitCode;
  }

  /** The only value of a selector at a time, or `undefined`. */
  async value(selector: string, atMs?: number): Promise<number | undefined> {
    const [first, ...others] = await this.values(selector, atMs);
    if (others.length > 0) throw new Error(`${selector} has ${others.length + 1} values`);
    return first;
  }

  async values(selector: string, atMs?: number): Promise<number[]> {
    const ofCluster = selector.replace(/\{|$/, (end) =>
      end === '{' ? `{cluster="${this.cluster}",` : `{cluster="${this.cluster}"}`,
    );
    const found = await this.#server.query(ofCluster, atMs);
    return found.map(({ value }) => value);
  }

  /** Timestamps of all samples of a metric, and of its stale markers. */
  async stored(name: string): Promise<{ times: number[]; stale: number[] }> {
    const samples = await storedSamples(this.#server.url, { name, cluster: this.cluster });
    const all = samples.map(({ value, timestampMs }) => ({ value, timestampMs }));
    const isStale = all.filter(({ value }) => value === 'stale');
    return {
      times: [...new Set(all.map(({ timestampMs }) => timestampMs))].toSorted((a, b) => a - b),
      stale: isStale.map(({ timestampMs }) => timestampMs),
    };
  }

  /** Seconds after the start of a range at which the selector has other values than at its start. */
  async gaps(selector: string, fromMs: number, toMs: number): Promise<number[]> {
    const first = await this.values(selector, fromMs);
    const gaps: number[] = first.length === 0 ? [0] : [];
    for (let at = fromMs; at < toMs; at += 1000) {
      const values = await this.values(selector, at);
      if (values.join() !== first.join()) gaps.push((at - fromMs) / 1000);
    }
    return gaps;
  }
}
