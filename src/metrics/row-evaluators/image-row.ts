import { imageLabels, isImageLabel, targetLabel } from '../label-catalogue.ts';
import type { ImageRow } from '../row.ts';
import { combineWith, type CompiledRow, type RowContext } from './compiled-row.ts';
import { holdsAll, LabelMaker, targetIdentities } from './label-maker.ts';

export function compileImageRow(row: ImageRow, context: RowContext): CompiledRow {
  const maker = new LabelMaker(row.labels, targetIdentities, context);
  return {
    family: { name: row.name, help: row.help, type: 'gauge' },
    tellsContainersApart: false,
    tellsImagesApart: holdsAll(row.labels, imageLabels),
    imageLabels: row.labels.filter(isImageLabel),
    isAboutImages: true,
    tellsResourcesApart: false,
    createAccumulator: () => combineWith(row.combine, 0),
    imageValues(scan, facts) {
      const value = row.value(scan);
      if (value === undefined) return [];
      const labels = maker.make((name) => targetLabel(name, facts));
      return [{ labels, accumulator: combineWith(row.combine, value) }];
    },
  };
}
