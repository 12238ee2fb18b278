import type { ScanTarget } from '../../model/image-scan.ts';
import type { Image } from '../../model/image.ts';
import { type TargetFacts, targetLabel } from '../label-catalogue.ts';
import type { CompiledRow } from '../row-evaluators/compiled-row.ts';
import { noContainer } from './no-container.ts';

type RowOfNames = Pick<CompiledRow, 'imageLabels' | 'passesTarget'>;

/** Whether an earlier name of the image has the same labels in this row, so that the image is counted there. */
export function isRepeatedName(row: RowOfNames, { image, names = [] }: ScanTarget): boolean {
  for (const other of names) {
    if (other === image) return false;
    if (isCountedAs(row, image, other)) return true;
  }
  return false;
}

function isCountedAs({ imageLabels, passesTarget }: RowOfNames, image: Image, other: Image) {
  const facts = factsOf(image);
  const otherFacts = factsOf(other);
  const hasSameLabels = imageLabels.every(
    (label) => targetLabel(label, facts) === targetLabel(label, otherFacts),
  );
  return hasSameLabels && (passesTarget?.(otherFacts) ?? true);
}

function factsOf(image: Image): TargetFacts {
  return { image, container: noContainer, cluster: '' };
}
