import type { ScanTarget } from '../../model/image-scan.ts';
import type { Image } from '../../model/image.ts';
import { type TargetFacts, targetLabel } from '../label-catalogue.ts';
import { labelSetKey } from '../label-value-limiter.ts';
import type { CompiledRow } from '../row-evaluators/compiled-row.ts';
import { noContainer } from './no-container.ts';

type RowOfNames = Pick<CompiledRow, 'imageLabels' | 'passesTarget'>;

/** Names of images that have the same labels in a row as an earlier name, so that the image counts there. */
export class RepeatedNames {
  readonly #byNames = new WeakMap<readonly Image[], Map<RowOfNames, ReadonlySet<Image>>>();

  has(row: RowOfNames, { image, names }: ScanTarget): boolean {
    if (names === undefined) return false;
    const byRow = this.#byNames.get(names) ?? new Map<RowOfNames, ReadonlySet<Image>>();
    this.#byNames.set(names, byRow);
    const repeated = byRow.get(row) ?? findRepeated(row, names);
    byRow.set(row, repeated);
    return repeated.has(image);
  }
}

function findRepeated(
  { imageLabels, passesTarget }: RowOfNames,
  names: readonly Image[],
): ReadonlySet<Image> {
  const seen = new Set<string>();
  const repeated = new Set<Image>();
  for (const image of names) {
    const facts: TargetFacts = { image, container: noContainer, cluster: '' };
    const key = labelSetKey(imageLabels.map((name) => ({ name, value: targetLabel(name, facts) })));
    if (seen.has(key)) repeated.add(image);
    else if (passesTarget?.(facts) ?? true) seen.add(key);
  }
  return repeated;
}
