/** The parts of a grype match that decide whether a fix exists. */
export interface FixEvidence {
  readonly vulnerability: {
    readonly fix?:
      | {
          readonly state?: string | null | undefined;
          readonly versions?: readonly string[] | null | undefined;
        }
      | null
      | undefined;
  };
  readonly matchDetails?:
    | readonly { readonly type?: string | null | undefined; readonly found?: unknown }[]
    | null
    | undefined;
}

/**
 * Whether a fix exists, by kubevuln's rule (`adapters/v1/fixstate.go`): grype names a fixed version or
 * reports the state `fixed`, or a CPE match applies only to versions below a certain one.
 */
export function isFixable({ vulnerability: { fix }, matchDetails }: FixEvidence): boolean {
  if (fix?.state === 'fixed') return true;
  if (fix?.versions?.some((version) => version !== '') === true) return true;
  return (
    matchDetails?.some(
      ({ type, found }) => type === 'cpe-match' && constraintOf(found).includes('<'),
    ) ?? false
  );
}

/** The shape of `found` depends on the matcher. */
function constraintOf(found: unknown): string {
  if (typeof found !== 'object' || found === null || !('versionConstraint' in found)) return '';
  return typeof found.versionConstraint === 'string' ? found.versionConstraint : '';
}
