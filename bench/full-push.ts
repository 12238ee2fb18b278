import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { stringify } from 'yaml';

import { type Measured, measure } from './measure.ts';
import { cliPath } from './support/cli-path.ts';
import { prepareLargeCluster } from './support/large-cluster.ts';
import { median } from './support/median.ts';
import { messageOf } from './support/message-of.ts';
import { printTable } from './support/print-table.ts';

const ROUNDS = 3;

const perVulnerability = {
  name: 'kubescape_image_vulnerability',
  help: 'CVSS base score of a vulnerability in an image',
  labels: [
    ...['cluster', 'registry', 'image', 'tag', 'image_id', 'vulnerability_id', 'severity'],
    ...['package', 'package_version', 'fixed_version', 'fixable'],
  ],
  value: 'max_cvss',
};

/** Pushes a series for each of the 900,000 vulnerabilities in files, next to a program that only parses them. */
export async function benchFullPush(): Promise<void> {
  const { objects } = await prepareLargeCluster();
  const folder = mkdtempSync(join(tmpdir(), 'bench-full-push-'));
  const receiver = fork('bench/delivery/counting-receiver.mjs');
  try {
    const { url } = await messageOf(receiver, 'url');
    const contenders = [
      {
        name: 'bare: gunzip and JSON.parse',
        args: [resolve('bench/bare/parse-files.mjs'), objects],
      },
      ...(['2.0', '1.0'] as const).map((protocol) => ({
        name: `kubescape-push push, remote write ${protocol}`,
        args: [
          cliPath,
          'push',
          '--cluster',
          'c',
          '--from',
          objects,
          '--config',
          writeConfig(folder, String(url), protocol),
        ],
      })),
    ];
    const rounds: Measured[][] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const measured: Measured[] = [];
      for (const { args } of contenders) measured.push(await measure([process.execPath, ...args]));
      rounds.push(measured);
    }
    printTable(`full push of 900,000 series from files, median of ${ROUNDS}`, [
      ['', 'seconds', 'of bare', 'peak RSS, MiB'],
      ...contenders.map(({ name }, index) => [name, ...describe(rounds, index)]),
    ]);
  } finally {
    receiver.send('close');
    rmSync(folder, { recursive: true });
  }
}

function writeConfig(folder: string, url: string, protocol: string): string {
  const path = join(folder, `${protocol}.yaml`);
  const metrics = { groups: [], custom: [perVulnerability] };
  writeFileSync(path, stringify({ metrics, remote_write: [{ url, protocol }] }));
  return path;
}

/** Ratios are taken within each round. */
function describe(rounds: readonly (readonly Measured[])[], index: number): string[] {
  const all = rounds.flatMap((round) => round[index] ?? []);
  const ratios = rounds.map((round) => (round[index]?.seconds ?? NaN) / (round[0]?.seconds ?? NaN));
  return [
    median(all.map(({ seconds }) => seconds)).toFixed(1),
    median(ratios).toFixed(2),
    median(all.map(({ peakMiB }) => peakMiB)).toFixed(0),
  ];
}
