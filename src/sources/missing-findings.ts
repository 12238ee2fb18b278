import type { Container } from '../model/container.ts';
import type { ScanTarget } from '../model/image-scan.ts';
import type { ResultGap } from '../model/result-gap.ts';
import type { Join } from './join.ts';

/** A running scan leaves a few references dangling. This share of all containers makes sums misleading. */
const MISLEADING_SHARE = 0.06;

/** The gap that dangling references leave, if they are more than a few percent of all containers. */
export function missingFindings(
  { inventory: { targets, dangling = [] } }: Pick<Join<unknown>, 'inventory'>,
  isSelected: (container: Container) => boolean = () => true,
): ResultGap[] {
  const missing = countContainers(dangling, isSelected);
  const all = missing + countContainers(targets, isSelected);
  if (missing === 0 || missing < all * MISLEADING_SHARE) return [];
  return [{ groups: ['vulnerabilities'], message: describe(missing, all) }];
}

function countContainers(
  targets: readonly ScanTarget[],
  isSelected: (container: Container) => boolean,
): number {
  let count = 0;
  for (const { containers } of targets) count += containers.filter(isSelected).length;
  return count;
}

function describe(missing: number, all: number): string {
  const containers = missing < all ? `${missing} of ${all} containers` : `all containers (${all})`;
  return `no findings for ${containers}: the summaries reference VulnerabilityManifests that are missing, so totals are left out; include them in the export, or let Kubescape scan for vulnerabilities again`;
}
