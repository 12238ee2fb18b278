import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { AgentProcess } from '../support/agent/agent-process.ts';
import { runCli } from '../support/cli/run-cli.ts';
import { type Random, randomFor } from '../support/cluster-generator/random.ts';
import { type DecodedSeries, STALE_BITS, toNumber } from '../support/fake-receiver/decoded.ts';
import { image, runs, smallCluster } from '../support/kubernetes/small-cluster.ts';
import { samplesOf } from '../support/metrics/exposition-values.ts';
import type { QueryableServer } from '../support/real-servers/prometheus.ts';
import { realServer } from '../support/real-servers/real-servers.ts';
import { storedSamples } from '../support/real-servers/remote-read.ts';
import { readKept } from '../support/remote-write/kept-samples.ts';
import { startWriteProxy, type WriteProxy } from '../support/remote-write/write-proxy.ts';
import { ResultFiles } from '../support/scan-results/result-files.ts';

const prometheus = await realServer('prometheus');

/** Generous, because the machine may be busy. */
const TIMEOUT_MS = 15_000;

/** How often the agent is killed in each phase of its life. */
const KILLS = [
  ['starting', 2],
  ['reading', 2],
  ['before a request is stored', 3],
  ['before a response arrives', 3],
  ['after a cycle', 1],
  ['in a second cycle', 2],
  ['before a resend is stored', 1],
  ['before a response to a resend arrives', 1],
] as const;
type Phase = (typeof KILLS)[number][0];

/** Agents that run one after the other, with the same state folder and the same receiver. */
class Agents {
  readonly #server: QueryableServer;
  readonly #proxy: WriteProxy;
  readonly #folder = mkdtempSync(join(tmpdir(), 'agent-killed-'));
  readonly #results: ResultFiles;
  readonly #random: Random;
  readonly #args: readonly string[];
  readonly cluster: string;
  /** Samples found in the state folder after a kill, which must arrive. */
  readonly promised = new Map<string, string>();
  readonly logs: string[] = [];
  /** Phases that an agent did not reach in time. */
  readonly missedPhases: Phase[] = [];
  /** Unfinished work found after the kills. */
  openCycles = 0;
  pendingBatches = 0;
  #runs = 0;

  constructor(server: QueryableServer, proxy: WriteProxy, protocol: string) {
    this.#server = server;
    this.#proxy = proxy;
    this.cluster = `killed-${protocol}`;
    this.#random = randomFor('agent-killed', protocol);
    this.#results = new ResultFiles(join(this.#folder, 'results'));
    this.#results.put(...smallCluster);
    mkdirSync(this.stateDir);
    const config = join(this.#folder, 'config.yaml');
    // Several requests per push.
    const queue = 'queue_config: {max_samples_per_send: 20}';
    const receiver = `{url: "${proxy.url}", protocol: "${protocol}", ${queue}}`;
    writeFileSync(config, `remote_write: [${receiver}]\n`);
    const often = ['--resend-interval', '5s', '--change-quiet', '50ms', '--schedule', '0 0 1 1 *'];
    const from = ['--from', this.#results.folder, '--cluster', this.cluster];
    this.#args = [...from, '--config', config, '--state-dir', this.stateDir, ...often];
  }

  get stateDir(): string {
    return join(this.#folder, 'state');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#proxy.close();
    rmSync(this.#folder, { recursive: true });
  }

  /** Changes values, adds a workload and removes the one added before. */
  #change(): void {
    const run = ++this.#runs;
    const severities = Array.from({ length: (run % 9) + 1 }, () => 'High');
    const made = image(`app-${run}`, { severities });
    const place = { namespace: 'shop', workload: `app-${run}` };
    this.#results.put(image('nginx', { severities }), made, runs(made, place));
    if (run === 1) return;
    const gone = image(`app-${run - 1}`);
    this.#results.delete(gone, runs(gone, { ...place, workload: `app-${run - 1}` }));
  }

  start(): AgentProcess {
    this.#change();
    return new AgentProcess([...this.#args, '--log-level', 'debug']);
  }

  async killIn(phase: Phase): Promise<void> {
    const agent = this.start();
    const late = sleep(TIMEOUT_MS, 'late' as const, { ref: false });
    if ((await Promise.race([this.#reach(phase, agent), late])) === 'late') {
      this.missedPhases.push(phase);
    }
    await agent.kill();
    this.#proxy.onStage = () => undefined;
    this.logs.push(agent.stderr);
    const { series, openCycles, pendingBatches } = readKept(this.stateDir);
    for (const one of series) note(one, this.promised);
    this.openCycles += openCycles;
    this.pendingBatches += pendingBatches;
  }

  async #reach(phase: Phase, agent: AgentProcess): Promise<void> {
    const stage = phase.includes('response') ? 'stored' : 'arrived';
    if (phase === 'starting') return this.#wait(400);
    if (phase === 'reading') {
      await agent.until('agent started');
      return this.#wait(60);
    }
    if (phase === 'before a request is stored' || phase === 'before a response arrives') {
      return this.#killAt(agent, stage);
    }
    await agent.until('cycle done');
    if (phase === 'after a cycle') return this.#wait(20);
    if (phase === 'in a second cycle') {
      this.#change();
      agent.send('SIGHUP');
    }
    return this.#killAt(agent, stage);
  }

  async #wait(upToMs: number): Promise<void> {
    await sleep(this.#random.next() * upToMs);
  }

  /** Kills the agent as soon as one of its next six requests reaches the stage. */
  async #killAt(agent: AgentProcess, stage: 'arrived' | 'stored'): Promise<void> {
    let left = 1 + this.#random.below(6);
    await new Promise<void>((resolve) => {
      this.#proxy.onStage = (reached) => {
        if (reached !== stage || --left > 0) return;
        agent.send('SIGKILL');
        resolve();
      };
    });
  }

  /** Runs an agent that completes a cycle and stops in an orderly way. */
  async finish(): Promise<void> {
    const agent = this.start();
    await agent.until('cycle done');
    agent.send('SIGTERM');
    await agent.end();
    this.logs.push(agent.stderr);
  }

  /** Values of the current scan results, by label set. */
  async current(): Promise<Map<string, number>> {
    const run = await runCli(['render', ...this.#args.slice(0, 4)]);
    const all = samplesOf(run.stdout).filter(({ name }) => !name.startsWith('kubescape_push_'));
    return new Map(
      all.map(({ name, labels, value }) => [keyOf({ ...labels, __name__: name }), value]),
    );
  }

  async visible(): Promise<Map<string, number>> {
    const found = await this.#server.query(
      `{__name__=~"kubescape_.*",__name__!~"kubescape_push_.*",cluster="${this.cluster}"}`,
    );
    return new Map(found.map(({ labels, value }) => [keyOf(labels), value]));
  }

  async stored(): Promise<{ samples: Map<string, string>; count: number }> {
    const range = { name: 'kubescape_.*', cluster: this.cluster };
    const all = await storedSamples(this.#server.url, range);
    const samples = new Map(
      all.map(({ name, labels, value, timestampMs }) => [
        `${keyOf({ ...labels, __name__: name })} ${timestampMs}`,
        String(value),
      ]),
    );
    return { samples, count: all.length };
  }
}

function keyOf(labels: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(sorted);
}

/** Adds the samples of a series, and returns those that were already there with another value. */
function note({ labels, samples }: DecodedSeries, into: Map<string, string>): string[] {
  const key = keyOf(Object.fromEntries(labels.map(({ name, value }) => [name, value])));
  return samples.flatMap(({ bits, timestampMs }) => {
    const value = bits === STALE_BITS ? 'stale' : String(toNumber(bits));
    const id = `${key} ${timestampMs}`;
    const before = into.get(id) ?? value;
    into.set(id, value);
    return before === value ? [] : [`${id}: ${before}, then ${value}`];
  });
}

function shuffledPhases(random: Random): Phase[] {
  const all = KILLS.flatMap(([phase, count]) =>
    Array.from({ length: count }, () => ({ phase, at: random.next() })),
  );
  return all.toSorted((a, b) => a.at - b.at).map(({ phase }) => phase);
}

describe.skipIf(prometheus.missing)(`killed agents and a real ${prometheus.label}`, () => {
  let server: QueryableServer;
  beforeAll(async () => {
    server = await prometheus.start();
  });
  afterAll(async () => server.stop());

  it.concurrent.each(['2.0', '1.0'])(
    'lose no persisted sample and send none twice or out of order, with remote write %s',
    async (protocol) => {
      const proxy = await startWriteProxy(server.remoteWriteUrl);
      await using agents = new Agents(server, proxy, protocol);
      for (const phase of shuffledPhases(randomFor('phases', protocol))) await agents.killIn(phase);
      await agents.finish();
      const { samples, count } = await agents.stored();
      const accepted = new Map<string, string>();
      const conflicts = proxy.taken.flatMap((one) => note(one, accepted));
      const lost = [...agents.promised].filter(([id, value]) => samples.get(id) !== value);

      expect(agents.missedPhases).toEqual([]);
      expect(lost).toEqual([]);
      expect(conflicts).toEqual([]);
      expect(proxy.answers.filter(({ status }) => status >= 300)).toEqual([]);
      expect(count).toBe(samples.size);
      expect(samples).toEqual(accepted);
      expect(await agents.visible()).toEqual(await agents.current());

      // Without unfinished work, the kills would prove nothing.
      expect(agents.openCycles).toBeGreaterThan(0);
      expect(agents.pendingBatches).toBeGreaterThan(5);
      for (const log of agents.logs) {
        expect(log).not.toMatch(/"level":"(?:error|fatal)"|out of order|cannot be used|discarded/);
      }
      const files = readdirSync(agents.stateDir, { recursive: true, encoding: 'utf8' });
      expect(files.filter((name) => name.endsWith('.tmp'))).toEqual([]);
      expect(files.filter((name) => name.endsWith('.cycle'))).toHaveLength(1);
    },
    120_000,
  );
});
