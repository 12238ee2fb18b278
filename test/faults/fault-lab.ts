import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type CliRun, runCli } from '../support/cli/run-cli.ts';
import { generateCluster } from '../support/cluster-generator/generate-cluster.ts';
import { writeCluster } from '../support/cluster-generator/write-cluster.ts';
import { startFakeReceiver } from '../support/fake-receiver/fake-receiver.ts';
import { keyOf, sampleKeys, type StoredSeries } from '../support/real-servers/stored-series.ts';

/** Number of series in one push: few enough for every case to send them all. */
export const BATCH = 100;

export interface FaultLab {
  readonly folder: string;
  /** All series about scan results that a push of the lab sends. */
  readonly series: ReadonlySet<string>;
  /** Returns the path of a folder that does not exist yet. */
  newFolder(): string;
  push(receivers: Receivers, options?: PushOptions): Promise<CliRun>;
  close(): Promise<void>;
}

export type Receivers = readonly ReceiverBlock[];

export interface ReceiverBlock {
  readonly url: string;
  /** Additional keys in the receiver's block of the configuration. */
  readonly more?: Readonly<Record<string, unknown>>;
}

export interface PushOptions {
  readonly stateDir?: string;
  readonly retryBudget?: string;
  readonly started?: (pid: number) => void;
  /** Wrapper command that runs the program. */
  readonly runBy?: readonly string[];
}

/** Creates scan results on disk, which the built program pushes in many small requests. */
export async function openFaultLab(images = 60): Promise<FaultLab> {
  const folder = await mkdtemp(join(tmpdir(), 'kubescape-push-faults-'));
  const results = join(folder, 'results');
  const cluster = generateCluster({ seed: 7, images, findingsPerImage: 5 });
  await writeCluster(cluster, { folder: results, layout: 'ndjson' });
  let files = 0;

  async function push(receivers: Receivers, options: PushOptions = {}): Promise<CliRun> {
    const config = join(folder, `config-${files++}.yaml`);
    await writeFile(config, JSON.stringify(configOf(receivers, results, options)));
    const { started, runBy = [] } = options;
    return runCli(['push', '--config', config], { runBy, ...(started && { started }) });
  }

  const control = await startFakeReceiver();
  const run = await push([{ url: control.url }]);
  await control.close();
  if (run.exitCode !== 0) throw new Error(run.stderr);
  const series = control.samples
    .map(({ name, labels }) => ({ __name__: name, ...labels }))
    .filter((labels) => !isOwn(labels));
  return {
    folder,
    series: new Set(series.map(keyOf)),
    newFolder: () => join(folder, `folder-${files++}`),
    push,
    close: async () => rm(folder, { recursive: true, force: true }),
  };
}

function configOf(
  receivers: Receivers,
  results: string,
  { stateDir, retryBudget = '60s' }: PushOptions,
): unknown {
  return {
    source: { files: { paths: [results] } },
    ...(stateDir !== undefined && { state_dir: stateDir }),
    retry_budget: retryBudget,
    log: { level: 'debug', format: 'json' },
    remote_write: receivers.map(({ url, more }) => ({
      url,
      remote_timeout: '3s',
      queue_config: { max_samples_per_send: BATCH, min_backoff: '50ms', max_backoff: '500ms' },
      ...more,
    })),
  };
}

/** Whether a series is a self-metric. Which ones exist depends on the outcome of the push. */
export function isOwn({ __name__: name = '' }: Readonly<Record<string, string>>): boolean {
  return name.startsWith('kubescape_push_');
}

/**
 * Compares the samples that a receiver has stored with those of one push.
 *
 * @param sent Number of sent samples that the program reports, including self-metrics.
 */
export function judge(
  { fault, due, sent }: Pick<FaultRow, 'fault' | 'sent'> & { readonly due: ReadonlySet<string> },
  stored: readonly StoredSeries[],
): FaultRow {
  const keys = sampleKeys(stored.filter(({ labels }) => !isOwn(labels)));
  const own = new Set(sampleKeys(stored.filter(({ labels }) => isOwn(labels))));
  const distinct = new Set(keys);
  return {
    fault,
    due: due.size,
    sent: sent - own.size,
    stored: distinct.size,
    lost: [...due].filter((key) => !distinct.has(key)).length,
    doubled: keys.length - distinct.size,
  };
}

/** Returns keys for all series of the lab at each time for which the receiver has samples. */
export function dueAt(series: ReadonlySet<string>, stored: readonly StoredSeries[]): Set<string> {
  const times = new Set(stored.flatMap(({ samples }) => samples.map((one) => one.timestampMs)));
  return new Set([...times].flatMap((time) => [...series].map((key) => `${time} ${key}`)));
}

/** The counts that the program reports for one receiver. */
export interface Said {
  readonly status: string;
  readonly sent: number;
  readonly failed: number;
  readonly kept: number;
  readonly retries: number;
}

export function saidOf({ log, stderr }: CliRun, url: string): Said {
  const line = log.find(({ sink, status }) => sink === url && status !== undefined);
  if (line === undefined) throw new Error(`no report about ${url}: ${stderr.slice(-2000)}`);
  return {
    status: String(line['status']),
    sent: Number(line['sent']),
    failed: Number(line['rejected']) + Number(line['pending']) - Number(line['persisted']),
    kept: Number(line['persisted']),
    retries: Number(line['retries']),
  };
}

export interface FaultRow {
  readonly fault: string;
  /** Number of samples that should have arrived. */
  readonly due: number;
  /** Reported by the sender. */
  readonly sent: number;
  /** Distinct samples that the receiver stored. */
  readonly stored: number;
  /** Samples that are due, but neither stored nor reported as failed or kept. */
  readonly lost: number;
  /** Samples stored more than once. */
  readonly doubled: number;
}

/** Results of the faults, printed after the tests of a file. */
export class FaultTable {
  readonly #rows: FaultRow[] = [];

  add(row: FaultRow): FaultRow {
    this.#rows.push(row);
    return row;
  }

  print(): void {
    const head = ['fault', 'due', 'sent', 'stored', 'lost', 'doubled'];
    const body = this.#rows.map(({ fault, ...counts }) => [
      fault,
      ...[counts.due, counts.sent, counts.stored, counts.lost, counts.doubled].map(String),
    ]);
    const lines = [head, ...body].map(([fault = '', ...cells]) =>
      [fault.padEnd(64), ...cells.map((cell) => cell.padStart(8))].join(''),
    );
    process.stdout.write(`\n${lines.join('\n')}\n`);
  }
}

/** Creates a folder and returns its path. */
export async function makeFolder(path: string): Promise<string> {
  await mkdir(path, { recursive: true });
  return path;
}
