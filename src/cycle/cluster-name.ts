/** Nobody says what the cluster is called, or the scan results name several. */
export class ClusterNameError extends Error {
  override readonly name = 'ClusterNameError';
}

const howTo = 'set it with --cluster NAME, KUBESCAPE_PUSH_CLUSTER or the key cluster';

/**
 * The name for the label `cluster`: the configured one, else the one in the scan results.
 *
 * @throws {ClusterNameError} Saying how to set it.
 */
export function resolveCluster(configured: string | undefined, found: readonly string[]): string {
  if (configured !== undefined) return configured;
  const [only, second] = found;
  if (only === undefined) {
    throw new ClusterNameError(`the scan results do not name their cluster; ${howTo}`);
  }
  if (second !== undefined) {
    const names = found.slice(0, 5).join(', ');
    throw new ClusterNameError(
      `the scan results are of ${found.length} clusters (${names}); push each on its own, or ${howTo} to call them one`,
    );
  }
  return only;
}
