import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

import { type Measured, measure } from './measure.ts';
import { cliPath } from './support/cli-path.ts';
import { type LargeCluster, prepareLargeCluster } from './support/large-cluster.ts';
import { median } from './support/median.ts';
import { printTable } from './support/print-table.ts';

const ROUNDS = 3;

interface Contender {
  readonly name: string;
  readonly args: readonly string[];
}

interface Layout {
  readonly title: string;
  /** The first is what `render` is measured against. */
  readonly bare: readonly [Contender, ...Contender[]];
  readonly render: Contender;
}

type Round = readonly Measured[];

/**
 * Reads a large cluster from files, beside the least that anyone could do with the same files.
 * Contenders take turns: a neighbour's load then falls on all of them.
 */
export async function benchFiles(): Promise<void> {
  for (const layout of layoutsOf(await prepareLargeCluster())) {
    const contenders = [...layout.bare, layout.render];
    const jsonBytes = Number(execFileSync(process.execPath, layout.bare[0].args).toString());
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS; round++) rounds.push(await runAll(contenders));
    const size = `${(jsonBytes / 1e9).toFixed(2)} GB of JSON`;
    printTable(`${layout.title}, ${size}, median of ${ROUNDS}`, [
      ['', 'seconds', 'MB/s of JSON', 'peak RSS, MiB', 'throughput of bare'],
      ...contenders.map(({ name }, index) => [name, ...describe(rounds, index, jsonBytes)]),
    ]);
  }
}

function layoutsOf({ objects, lines }: LargeCluster): readonly Layout[] {
  return [
    {
      title: 'files: one .json.gz for each object',
      bare: [
        bare('bare: gunzip and JSON.parse', 'parse-files.mjs', objects),
        bare('bare: the same with streams', 'parse-streams.mjs', objects),
      ],
      render: render(objects),
    },
    {
      title: 'files: all objects in one .ndjson.gz',
      bare: [bare('bare: gunzip and JSON.parse', 'parse-lines.mjs', lines)],
      render: render(lines),
    },
  ];
}

function bare(name: string, script: string, folder: string): Contender {
  return { name, args: [resolve(import.meta.dirname, 'bare', script), folder] };
}

function render(folder: string): Contender {
  return { name: 'kubescape-push render', args: [cliPath, 'render', '--from', folder] };
}

async function runAll(contenders: readonly Contender[]): Promise<Round> {
  const measured: Measured[] = [];
  for (const { args } of contenders) measured.push(await measure([process.execPath, ...args]));
  return measured;
}

/** The ratio is taken within each round, so that a slow minute does not tilt it. */
function describe(rounds: readonly Round[], index: number, jsonBytes: number): string[] {
  const all = rounds.flatMap((round) => round[index] ?? []);
  const seconds = median(all.map((one) => one.seconds));
  const peakMiB = median(all.map((one) => one.peakMiB));
  const ratios = rounds.map((round) => (round[0]?.seconds ?? NaN) / (round[index]?.seconds ?? NaN));
  return [
    seconds.toFixed(1),
    (jsonBytes / 1e6 / seconds).toFixed(0),
    peakMiB.toFixed(0),
    median(ratios).toFixed(2),
  ];
}
