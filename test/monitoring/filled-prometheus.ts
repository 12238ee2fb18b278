import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { messagesOf, runCli } from '../support/cli/run-cli.ts';
import { generatePostures } from '../support/fake-storage/generate-postures.ts';
import { type Sample, samplesOf } from '../support/metrics/exposition-values.ts';
import type { QueryableServer } from '../support/real-servers/prometheus.ts';
import { writeSamples } from '../support/real-servers/write-samples.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const CLUSTER = 'demo-eu-1';
const examples = resolve(import.meta.dirname, '../../examples/scan-results');

/** A workload that existed until the last push. */
export const GONE = 'removed-yesterday';

/**
 * Fills an empty Prometheus with eight days of results: one push per day until yesterday, then two
 * pushes by the CLI.
 */
export async function fill(prometheus: QueryableServer, startedAt: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'kubescape-push-monitoring-'));
  try {
    const postures = join(folder, 'postures.ndjson');
    const scans = [...generatePostures({ seed: 1, workloads: 12, cluster: CLUSTER })];
    await writeFile(postures, scans.map((scan) => `${JSON.stringify(scan)}\n`).join(''));
    const source = ['--from', examples, '--from', postures, '--cluster', CLUSTER];
    const rendered = await succeed(['render', ...source]);
    await writeHistory(prometheus.remoteWriteUrl, samplesOf(rendered), startedAt);
    for (let push = 0; push < 2; push++) {
      await succeed(['push', ...source, '--remote-write-url', prometheus.remoteWriteUrl]);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function writeHistory(url: string, samples: readonly Sample[], now: number): Promise<void> {
  for (let days = 8; days >= 1; days--) {
    await writeSamples(
      url,
      days > 2 ? samples : [...samples, ...removedWorkload(samples)],
      now - days * DAY,
    );
  }
  for (const [index, minutes] of [20, 10, 0].entries()) {
    await writeSamples(url, agentSamples(index, now), now - minutes * MINUTE);
  }
}

/** Samples of the removed workload, with higher values than those of any other. */
function removedWorkload(samples: readonly Sample[]): Sample[] {
  const workload = samples.find(({ labels }) => labels['workload'] !== undefined)?.labels[
    'workload'
  ];
  return samples
    .filter(({ labels, name }) => labels['workload'] === workload && !name.includes('_push_'))
    .map((sample) => ({
      ...sample,
      value: sample.value + 1000,
      labels: { ...sample.labels, workload: GONE, image: GONE },
    }));
}

/** Self-metrics of an agent that has had delivery problems. */
function agentSamples(index: number, now: number): Sample[] {
  const cluster = { cluster: 'agent-eu-2' };
  const endpoint = { ...cluster, endpoint: 'mimir' };
  const gauges = {
    last_cycle_timestamp_seconds: now / 1000,
    interval_seconds: 3600,
  };
  const counters = ['sent', 'failed', 'retried'].map((fate) => `samples_${fate}_total`);
  return [
    ...Object.entries({ ...gauges, cycle_duration_seconds: 12 }).map(([name, value]) =>
      ownSample(name, cluster, value),
    ),
    ...[...counters, 'bytes_sent_total'].map((name) => ownSample(name, endpoint, 100 * index)),
    ownSample('source_errors', { ...cluster, source: 'kubernetes' }, 1),
    ownSample(
      'source_up',
      { ...cluster, kind: 'workloadconfigurationscansummaries', source: 'kubernetes' },
      1,
    ),
    ownSample('last_success_timestamp_seconds', endpoint, now / 1000),
    ownSample('samples_dropped_total', { ...endpoint, reason: 'age' }, index),
  ];
}

function ownSample(name: string, labels: Sample['labels'], value: number): Sample {
  return { name: `kubescape_push_${name}`, labels, value };
}

async function succeed(args: readonly string[]): Promise<string> {
  const run = await runCli(args);
  if (run.exitCode !== 0)
    throw new Error(`${args[0]} failed with exit code ${run.exitCode}: ${messagesOf(run)}`);
  return run.stdout;
}
