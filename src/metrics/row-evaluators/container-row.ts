import {
  containerLabels,
  imageLabels,
  isImageLabel,
  type TargetFacts,
  targetLabel,
} from '../label-catalogue.ts';
import type { ContainerRow } from '../row.ts';
import { combineWith, type CompiledRow, type RowContext, type RowValue } from './compiled-row.ts';
import { holdsAll, LabelMaker, targetIdentities } from './label-maker.ts';

export function compileContainerRow(row: ContainerRow, context: RowContext): CompiledRow {
  const maker = new LabelMaker(row.labels, targetIdentities, context);
  function toValues(facts: TargetFacts, value: number | undefined): readonly RowValue[] {
    if (value === undefined) return [];
    const labels = maker.share(facts, targetLabel);
    return [{ labels, accumulator: combineWith(row.combine, value) }];
  }
  return {
    family: { name: row.name, help: row.help, type: 'gauge' },
    tellsContainersApart: holdsAll(row.labels, containerLabels),
    tellsImagesApart: holdsAll(row.labels, imageLabels),
    imageLabels: row.labels.filter(isImageLabel),
    isAboutImages: false,
    tellsResourcesApart: false,
    createAccumulator: () => combineWith(row.combine, 0),
    containerValues(scan, facts, isReal) {
      return isReal ? toValues(facts, row.value(facts.container, scan)) : [];
    },
    unscannedValues(facts) {
      if (row.unscanned !== true) return [];
      const scan = { target: { image: facts.image, containers: [facts.container] }, findings: [] };
      return toValues(facts, row.value(facts.container, scan));
    },
  };
}
