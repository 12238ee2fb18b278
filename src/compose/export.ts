import { ConfigError } from '../config/config-error.ts';
import type { Config } from '../config/schema.ts';
import type { ExportManifest } from '../sources/export-manifest.ts';
import type { ExportObserver } from '../sources/kubescape/export/export-context.ts';
import type { KubescapeSourceOptions } from '../sources/kubescape/source-options.ts';
import { composeKubernetesOptions, needsOf } from './sources.ts';

export type { ExportObserver, ExportProgress } from '../sources/kubescape/export/export-context.ts';

export interface ExportTarget {
  readonly folder: string;
  readonly observer: ExportObserver;
  readonly signal: AbortSignal;
}

export type ExportOutcome =
  | { readonly status: 'written'; readonly manifest: ExportManifest }
  | { readonly status: 'unwritable'; readonly message: string };

/**
 * Exports what the configured metrics need.
 *
 * @throws {ConfigError} Files are configured as the source, or the folder has other files.
 * @throws {SourceError} Nothing could be read.
 */
export async function composeExport(config: Config, target: ExportTarget): Promise<ExportOutcome> {
  if (config.source.files.paths.length > 0) {
    throw new ConfigError('--from: export reads a cluster, not files; remove it');
  }
  const use = { shard: undefined, needs: needsOf(config), readsAhead: false, tracker: undefined };
  const options = await composeKubernetesOptions(config, use, target.signal);
  try {
    return await write(options, target);
  } finally {
    options.access.close();
  }
}

async function write(
  options: KubescapeSourceOptions,
  target: ExportTarget,
): Promise<ExportOutcome> {
  const { exportCluster } = await import('../sources/kubescape/export/export-cluster.ts');
  const { ExportFolderError, ExportWriteError } =
    await import('../sources/kubescape/export/export-error.ts');
  try {
    const manifest = await exportCluster(options, { ...target, now: Date.now });
    return { status: 'written', manifest };
  } catch (error) {
    if (error instanceof ExportFolderError) throw new ConfigError(error.message);
    if (!(error instanceof ExportWriteError)) throw error;
    return { status: 'unwritable', message: error.message };
  }
}
