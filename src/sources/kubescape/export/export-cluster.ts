import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

import { ApiClient } from '../../../kubernetes/api-client.ts';
import { replaceFile } from '../../../state/replace-file.ts';
import { EXPORT_MANIFEST, type ExportManifest } from '../../export-manifest.ts';
import { SourceError } from '../../scan-source.ts';
import { readClusterName } from '../cluster-config.ts';
import type { KubescapeSourceOptions } from '../source-options.ts';
import type { ExportContext, ExportObserver } from './export-context.ts';
import { ExportWriteError } from './export-error.ts';
import type { KindExport } from './export-list.ts';
import { exportPostures } from './export-postures.ts';
import { exportVulnerabilities } from './export-vulnerabilities.ts';
import { prepareFolder } from './prepare-folder.ts';

export interface ExportUse {
  readonly folder: string;
  readonly observer: ExportObserver;
  readonly signal: AbortSignal;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
}

/**
 * Writes what a push of this cluster would read to a folder: one compressed list for each kind, and a manifest
 * that is finished last. An export that was killed therefore never looks complete.
 *
 * @throws {ExportFolderError} The folder has other files.
 * @throws {ExportWriteError} The folder cannot be written.
 * @throws {SourceError} Nothing could be read.
 */
export async function exportCluster(
  options: KubescapeSourceOptions,
  { folder, observer, signal, now }: ExportUse,
): Promise<ExportManifest> {
  const running: ExportManifest = {
    kind: 'KubescapePushExport',
    version: 1,
    id: randomUUID(),
    status: 'running',
    startedAt: new Date(now()).toISOString(),
    files: [],
    problems: [],
  };
  await prepareFolder(folder);
  await save(folder, running);
  const client = new ApiClient(options);
  const context = { ...options, client, folder, exportId: running.id, observer, signal };
  const exported = await exportKinds(context);
  const { name: cluster, problems: unnamed } = await clusterName(context);
  const files = exported.flatMap(({ file }) => file ?? []);
  const problems = [...exported.flatMap((one) => one.problems), ...unnamed];
  if (files.every(({ objects }) => objects === 0)) {
    const nothing = `${client.server} has no Kubescape scan results; has a scan run?`;
    throw new SourceError(problems.length > 0 ? problems.join('; ') : nothing);
  }
  const status = problems.length === 0 ? 'complete' : 'incomplete';
  const finishedAt = new Date(now()).toISOString();
  const manifest = { ...running, status, cluster, finishedAt, files, problems } as const;
  await save(folder, manifest);
  return manifest;
}

async function exportKinds(context: ExportContext): Promise<readonly KindExport[]> {
  const { kinds } = context;
  const vulnerabilities = kinds.includes('vulnerabilitymanifestsummaries')
    ? await exportVulnerabilities(context)
    : [];
  return [...vulnerabilities, ...(await exportPostures(context))];
}

async function clusterName({ needsClusterName, client, namespace, signal }: ExportContext) {
  if (!needsClusterName) return { name: undefined, problems: [] };
  const result = await readClusterName(client, namespace, signal);
  if (result.status === 'ok') return { name: result.name, problems: [] };
  return {
    name: undefined,
    problems: [`the name of the cluster cannot be read: ${result.message}`],
  };
}

async function save(folder: string, manifest: ExportManifest): Promise<void> {
  const path = join(folder, EXPORT_MANIFEST);
  try {
    await replaceFile(path, `${JSON.stringify(manifest, undefined, 2)}\n`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ExportWriteError(`cannot write ${path}: ${reason}`, { cause: error });
  }
}
