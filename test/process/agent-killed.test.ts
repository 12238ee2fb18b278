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

/** Longer than anything that is waited for; then a kill comes in any case. */
const PATIENCE_MS = 15_000;

/** How often the agent is killed in each phase of its life. */
const PHASES = [
  ['starting', 9],
  ['reading', 8],
  ['sending, on the way', 9],
  ['sending, not told', 9],
  ['done with a cycle', 5],
  ['in a second cycle', 5],
  ['repeating, on the way', 3],
  ['repeating, not told', 2],
] as const;
type Phase = (typeof PHASES)[number][0];
const KILLS = PHASES.reduce((sum, [, count]) => sum + count, 0);

interface Row {
  kills: number;
  openCycles: number;
  pendingBatches: number;
  tornFiles: number;
}

/** One state folder and one receiver for one agent after the other. */
class Series {
  readonly #server: QueryableServer;
  readonly #proxy: WriteProxy;
  readonly #folder = mkdtempSync(join(tmpdir(), 'agent-killed-'));
  readonly #results: ResultFiles;
  readonly #random: Random;
  readonly #args: readonly string[];
  readonly cluster: string;
  readonly promised = new Map<string, string>();
  readonly logs: string[] = [];
  /** Kills that did not come when they should. */
  readonly late: Phase[] = [];
  readonly rows = new Map<string, Row>();
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
    // Small batches: a cycle is several requests.
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

  async end(): Promise<void> {
    await this.#proxy.close();
    rmSync(this.#folder, { recursive: true });
  }

  /** Other values than before, one workload more, and the one before it gone. */
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

  async killOne(phase: Phase): Promise<void> {
    const agent = this.start();
    const late = sleep(PATIENCE_MS, 'late' as const, { ref: false });
    if ((await Promise.race([this.#reach(phase, agent), late])) === 'late') this.late.push(phase);
    await agent.kill();
    this.#proxy.onStage = () => undefined;
    this.logs.push(agent.stderr);
    const { series, ...found } = readKept(this.stateDir);
    for (const one of series) note(one, this.promised);
    const row = this.rows.get(phase) ?? {
      kills: 0,
      openCycles: 0,
      pendingBatches: 0,
      tornFiles: 0,
    };
    this.rows.set(phase, {
      kills: row.kills + 1,
      openCycles: row.openCycles + found.openCycles,
      pendingBatches: row.pendingBatches + found.pendingBatches,
      tornFiles: row.tornFiles + found.tornFiles,
    });
  }

  async #reach(phase: Phase, agent: AgentProcess): Promise<void> {
    const stage = phase.endsWith('not told') ? 'stored' : 'arrived';
    if (phase === 'starting') return this.#wait(400);
    if (phase === 'reading') {
      await agent.until('agent started');
      return this.#wait(60);
    }
    if (phase.startsWith('sending')) return this.#killAt(agent, stage, 6);
    await agent.until('cycle done');
    if (phase === 'done with a cycle') return this.#wait(20);
    if (phase === 'in a second cycle') {
      this.#change();
      agent.send('SIGHUP');
    }
    return this.#killAt(agent, stage, 6);
  }

  async #wait(upToMs: number): Promise<void> {
    await sleep(this.#random.next() * upToMs);
  }

  /** In the very moment in which one of the next requests is at that stage. */
  async #killAt(agent: AgentProcess, stage: 'arrived' | 'stored', upTo: number): Promise<void> {
    let left = 1 + this.#random.below(upTo);
    await new Promise<void>((resolve) => {
      this.#proxy.onStage = (reached) => {
        if (reached !== stage || --left > 0) return;
        agent.send('SIGKILL');
        resolve();
      };
    });
  }

  /** An agent that may do its work, and ends in order. */
  async live(): Promise<AgentProcess> {
    const agent = this.start();
    await agent.until('cycle done');
    agent.send('SIGTERM');
    await agent.end();
    this.logs.push(agent.stderr);
    return agent;
  }

  /** The last results, from a command that reads them and sends nothing. */
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

/** Notes the samples of a series, and gives those that are there already with another value. */
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
  const all = PHASES.flatMap(([phase, count]) =>
    Array.from({ length: count }, () => ({ phase, at: random.next() })),
  );
  return all.toSorted((a, b) => a.at - b.at).map(({ phase }) => phase);
}

describe.skipIf(prometheus.missing)(
  `an agent that is killed, and a real ${prometheus.label}`,
  () => {
    let server: QueryableServer;
    beforeAll(async () => {
      server = await prometheus.start();
    });
    afterAll(async () => server.stop());

    it.concurrent.each(['2.0', '1.0'])(
      'with remote write %s loses nothing that it kept, and sends nothing twice or late',
      async (protocol) => {
        const proxy = await startWriteProxy(server.remoteWriteUrl);
        const series = new Series(server, proxy, protocol);
        for (const phase of shuffledPhases(randomFor('phases', protocol)))
          await series.killOne(phase);
        await series.live();
        const { samples, count } = await series.stored();
        const taken = new Map<string, string>();
        const conflicts = proxy.taken.flatMap((one) => note(one, taken));
        const lost = [...series.promised].filter(([id, value]) => samples.get(id) !== value);
        const rows = [...series.rows].map(([phase, row]) => ({ phase, ...row }));
        process.stdout.write(
          `${protocol}: ${JSON.stringify({ requests: proxy.answers.length, promised: series.promised.size, taken: taken.size, stored: count })}\n${rows.map((row) => JSON.stringify(row)).join('\n')}\n`,
        );

        expect(rows.reduce((sum, { kills }) => sum + kills, 0)).toBe(KILLS);
        expect(series.late).toEqual([]);
        expect(lost).toEqual([]);
        expect(conflicts).toEqual([]);
        expect(proxy.answers.filter(({ status }) => status >= 300)).toEqual([]);
        expect(count).toBe(samples.size);
        expect(samples).toEqual(taken);
        expect(await series.visible()).toEqual(await series.current());

        // Kills that met nothing unfinished would prove nothing.
        expect(rows.reduce((sum, { openCycles }) => sum + openCycles, 0)).toBeGreaterThan(5);
        expect(rows.reduce((sum, { pendingBatches }) => sum + pendingBatches, 0)).toBeGreaterThan(
          20,
        );
        for (const log of series.logs) {
          expect(log).not.toMatch(
            /"level":"(?:error|fatal)"|out of order|cannot be used|discarded/,
          );
        }
        const left = readdirSync(series.stateDir, { recursive: true, encoding: 'utf8' });
        expect(left.filter((name) => name.endsWith('.tmp'))).toEqual([]);
        expect(left.filter((name) => name.endsWith('.cycle'))).toHaveLength(1);
        await series.end();
      },
      240_000,
    );
  },
);
