import type { Container } from '../model/container.ts';
import type { ScanTarget } from '../model/image-scan.ts';
import type { ResultGap } from '../model/result-gap.ts';
import type { Join } from './join.ts';

/** Sums are misleading if this share of containers lacks findings. A running scan leaves a few references dangling. */
const MISLEADING_SHARE = 0.06;

/** Returns a gap if dangling references affect more than a few percent of all containers. */
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
  return `no findings for ${containers}, so totals are left out: their summaries reference VulnerabilityManifests that are missing; include the manifests in the export, or let Kubescape scan for vulnerabilities again`;
}
