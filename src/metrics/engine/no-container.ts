import type { Container } from '../../model/container.ts';
import type { ScanTarget } from '../../model/image-scan.ts';

/** Stands in for the container of an image that no summary references. Such an image still counts. */
export const noContainer: Container = {
  namespace: '',
  workloadKind: '',
  workload: '',
  name: '',
  scanStatus: '',
};

export function containersOf({ containers }: ScanTarget): readonly Container[] {
  return containers.length === 0 ? [noContainer] : containers;
}
