import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { parseAllDocuments, stringify } from 'yaml';
import * as z from 'zod';

import { findServer } from '../../scripts/servers/find-server.ts';
import { type CommandResult, runCommand } from '../../scripts/servers/run-command.ts';

export const chartFolder = resolve(import.meta.dirname, '../../helm/kubescape-push');

export const helmVersions = ['helm-3', 'helm-4'] as const;
export type HelmVersion = (typeof helmVersions)[number];

/** The fields that all Kubernetes objects share. */
export const Manifest = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
});
export type Manifest = z.infer<typeof Manifest>;

export interface HelmRun {
  readonly helm?: HelmVersion;
  /** Name of a file in the chart's ci/. */
  readonly ciFile?: string;
  /** Content of a further values file. */
  readonly values?: object;
  /** `false` renders the templates without validating the values. */
  readonly withSchema?: boolean;
}

/** Runs Helm without a cluster. */
export async function helm(
  command: readonly string[],
  { helm: version = 'helm-4', ciFile, values, withSchema = true }: HelmRun,
): Promise<CommandResult> {
  const folder = await mkdtemp(join(tmpdir(), 'helm-'));
  try {
    const valuesFile = join(folder, 'values.yaml');
    await writeFile(valuesFile, stringify(values ?? {}));
    const args = [
      ...command,
      ...(ciFile === undefined ? [] : ['--values', join(chartFolder, 'ci', ciFile)]),
      ...['--values', valuesFile],
      ...(withSchema ? [] : ['--skip-schema-validation']),
    ];
    return await runCommand(await findServer(version), args, { cwd: folder, timeoutMs: 60_000 });
  } finally {
    await rm(folder, { recursive: true });
  }
}

export async function lint(run: HelmRun): Promise<CommandResult> {
  return helm(['lint', '--strict', chartFolder], run);
}

export async function template(run: HelmRun): Promise<CommandResult> {
  return helm(['template', 'scans', chartFolder, '--namespace', 'kubescape-push'], run);
}

/** Prints the notes. Only Helm 4 does this without a cluster. */
export async function install(run: HelmRun): Promise<CommandResult> {
  const args = ['install', 'scans', chartFolder, '--namespace', 'kubescape-push'];
  return helm([...args, '--dry-run=client'], run);
}

/** The rendered objects. Throws Helm's error message if rendering fails. */
export async function render(run: HelmRun): Promise<readonly Manifest[]> {
  const { exitCode, stdout, stderr } = await template(run);
  if (exitCode !== 0) throw new Error(stderr);
  return readManifests(stdout);
}

export function readManifests(yaml: string): readonly Manifest[] {
  return parseAllDocuments(yaml, { uniqueKeys: true }).flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw error;
    const value: unknown = document.toJS();
    return value === null ? [] : [Manifest.parse(value)];
  });
}

export function findKind(manifests: readonly Manifest[], kind: string): Manifest | undefined {
  return manifests.find((manifest) => manifest.kind === kind);
}

const ConfigMap = z.object({ data: z.object({ 'config.yaml': z.string() }) });

/** The configuration file in the rendered ConfigMap. */
export function configFileIn(manifests: readonly Manifest[]): string {
  return ConfigMap.parse(findKind(manifests, 'ConfigMap')).data['config.yaml'];
}
