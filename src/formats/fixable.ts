import type { GrypeMatch } from './grype-document.ts';

/**
 * Whether a fix is known, by kubevuln's own rule (`adapters/v1/fixstate.go`): a fixed version is
 * named, or the state says so, or a CPE match was limited to versions below some other one.
 */
export function isFixable({ vulnerability: { fix }, matchDetails }: GrypeMatch): boolean {
  if (fix?.state === 'fixed') return true;
  if (fix?.versions?.some((version) => version !== '') === true) return true;
  return (
    matchDetails?.some(
      ({ type, found }) => type === 'cpe-match' && constraintOf(found).includes('<'),
    ) ?? false
  );
}

/** `found` is whatever the matcher chose to write: its shape depends on the matcher. */
function constraintOf(found: unknown): string {
  if (typeof found !== 'object' || found === null || !('versionConstraint' in found)) return '';
  return typeof found.versionConstraint === 'string' ? found.versionConstraint : '';
}
