import { join } from 'node:path';

import type { ExportManifest } from '../../../src/sources/export-manifest.ts';
import { createFilesSource } from '../../../src/sources/files/files-source.ts';
import { exportCluster } from '../../../src/sources/kubescape/export/export-cluster.ts';
import type { ExportProgress } from '../../../src/sources/kubescape/export/export-context.ts';
import { type AgentOptions, type AgentRun, runSource, sourceOptions } from './agent-run.ts';
import type { KubernetesLab } from './lab.ts';

export interface ExportRun {
  readonly manifest: ExportManifest;
  readonly warnings: readonly string[];
  readonly progress: readonly ExportProgress[];
}

/** Exports the cluster of the lab to a folder in it, with a clock that skips pauses. */
export async function exportLab(
  lab: KubernetesLab,
  options: AgentOptions = {},
): Promise<ExportRun> {
  const warnings: string[] = [];
  const progress: ExportProgress[] = [];
  const cluster = await sourceOptions(lab.storage, lab.folder, options);
  const { signal } = new AbortController();
  try {
    const manifest = await exportCluster(cluster, {
      folder: exportFolder(lab),
      observer: {
        warn: (message) => void warnings.push(message),
        progress: (one) => void progress.push(one),
      },
      signal,
      now: Date.now,
    });
    return { manifest, warnings, progress };
  } finally {
    cluster.access.close();
  }
}

export function exportFolder(lab: KubernetesLab): string {
  return join(lab.folder, 'export');
}

/** Runs one cycle over the export in the lab. */
export async function readExport(
  lab: KubernetesLab,
  options: AgentOptions = {},
): Promise<AgentRun> {
  const { maxDocumentBytes = 2 ** 20 } = options;
  const limits = { maxDocumentBytes, maxDepth: 100 };
  const needsRelevance = options.custom?.some(({ where }) => where.relevant !== undefined) ?? false;
  const source = createFilesSource({ paths: [exportFolder(lab)], limits, needsRelevance });
  return runSource(source, options);
}
