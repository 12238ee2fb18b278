import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { parse } from 'yaml';

import { version } from '../../src/version.ts';
import { withValuesTable } from './readme-table.ts';
import { valuesSchema } from './values-schema.ts';

const CHART = 'helm/kubescape-push';

/** Files that are copied to the chart, because a chart cannot read files outside its folder. */
const MONITORING = [
  { from: 'monitoring/rules', to: `${CHART}/files/rules`, files: /^(?!.*[._-]tests?\.).*\.yaml$/ },
  { from: 'monitoring/dashboards', to: `${CHART}/files/dashboards`, files: /\.json$/ },
] as const;

/** Returns the contents of the chart's generated files, keyed by path. `undefined` marks a file to delete. */
export async function chartFiles(): Promise<ReadonlyMap<string, string | undefined>> {
  const chart = await readFile(`${CHART}/Chart.yaml`, 'utf8');
  const readme = await readFile(`${CHART}/README.md`, 'utf8');
  const values: unknown = parse(await readFile(`${CHART}/values.yaml`, 'utf8'));
  const copied = await Promise.all(MONITORING.map(copiedFiles));
  return new Map([
    [`${CHART}/Chart.yaml`, withVersion(chart)],
    [`${CHART}/README.md`, withValuesTable(readme, values)],
    [`${CHART}/values.schema.json`, valuesSchema()],
    ...copied.flat(),
  ]);
}

/** Copies the version from package.json. */
export function withVersion(chart: string): string {
  return chart
    .replace(/^version: .*$/m, `version: ${version}`)
    .replace(/^appVersion: .*$/m, `appVersion: ${version}`)
    .replace(/^( +image: \S+):\S+$/m, `$1:${version}`);
}

async function copiedFiles({
  from,
  to,
  files,
}: (typeof MONITORING)[number]): Promise<readonly (readonly [string, string | undefined])[]> {
  const wanted = (await namesIn(from)).filter((name) => files.test(name));
  // Without source files, the chart keeps its copies.
  if (wanted.length === 0) return [];
  const present = await namesIn(to);
  return Promise.all([
    ...wanted.map(
      async (name) => [join(to, name), await readFile(join(from, name), 'utf8')] as const,
    ),
    ...present
      .filter((name) => !wanted.includes(name))
      .map(async (name) => [join(to, name), undefined] as const),
  ]);
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}
