/** Thrown if the cluster name is unknown or ambiguous. */
export class ClusterNameError extends Error {
  override readonly name = 'ClusterNameError';
}

const howTo = 'set --cluster, KUBESCAPE_PUSH_CLUSTER or the key cluster';

/**
 * Value of the label `cluster`: the configured name, or the name in the scan results.
 *
 * @throws {ClusterNameError} The name is unknown or ambiguous.
 */
export function resolveCluster(configured: string | undefined, found: readonly string[]): string {
  if (configured !== undefined) return configured;
  const [only, second] = found;
  if (only === undefined) {
    throw new ClusterNameError(`the scan results do not contain a cluster name; ${howTo}`);
  }
  if (second !== undefined) {
    const names = found.slice(0, 5).join(', ');
    throw new ClusterNameError(
      `the scan results belong to ${found.length} clusters (${names}); push them separately, or ${howTo} to combine them`,
    );
  }
  return only;
}
