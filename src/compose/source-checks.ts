import type { Config } from '../config/schema.ts';
import type { Check } from '../model/check.ts';
import type { ClusterFacts as SourceFacts } from '../sources/kubescape/check-cluster.ts';
import { SourceError } from '../sources/scan-source.ts';
import type { SkippedReport } from '../sources/skipped-report.ts';
import { composeAccess, composeFiles, kindsFor, needsOf } from './sources.ts';

export type { SourceFacts };

/** Allows one or two retries, because a person waits for the result. */
const CHECK_BUDGET_MS = 5000;

/** Checks whether the files can be read. */
export async function* composeFilesCheck(
  config: Config,
  facts: SourceFacts,
  signal: AbortSignal,
): AsyncGenerator<Check> {
  const skipped: string[] = [];
  let reports = 0;
  const observer = {
    read: () => void reports++,
    skipped: ({ where, message }: SkippedReport) => void skipped.push(`${where}: ${message}`),
    progress: () => undefined,
    warn: (message: string) => void skipped.push(message),
  };
  const subject = 'files';
  try {
    // Without the state folder, so that the check does not count as a run.
    const source = composeFiles({ ...config, state_dir: undefined }, needsOf(config));
    const { inventory, gaps } = await source.read(observer, { signal });
    skipped.push(...gaps.map(({ message }) => message));
    facts.clusterName ??= inventory.clusters[0];
    yield { subject, status: 'ok', finding: `${reports} reports can be read` };
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    yield { subject, status: 'failed', finding: error.message };
  }
  for (const finding of skipped.slice(0, 10)) yield { subject, status: 'warning', finding };
}

/** Checks the access to the cluster, step by step. */
export async function* composeClusterCheck(
  config: Config,
  facts: SourceFacts,
  signal: AbortSignal,
): AsyncGenerator<Check> {
  const { ApiClient } = await import('../kubernetes/api-client.ts');
  const { checkCluster } = await import('../sources/kubescape/check-cluster.ts');
  const { kubernetes } = config.source;
  const { namespace, timeout: timeoutMs } = kubernetes;
  let access;
  try {
    access = await composeAccess(kubernetes, signal);
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    yield { subject: 'cluster', status: 'failed', finding: error.message };
    return;
  }
  const client = new ApiClient({ access, timeoutMs, retryBudgetMs: CHECK_BUDGET_MS });
  const kinds = kindsFor(needsOf(config));
  const place = { access, client, namespace, kinds };
  try {
    yield* checkCluster({ ...place, timeoutMs, now: Date.now, signal }, facts);
  } finally {
    access.close();
  }
}
