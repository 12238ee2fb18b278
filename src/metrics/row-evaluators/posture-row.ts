import { isResourceLabel, postureLabels, resourceLabels } from '../label-catalogue.ts';
import type { PostureRow } from '../row.ts';
import { combineWith, type CompiledRow, type RowContext } from './compiled-row.ts';
import { holdsAll, LabelMaker } from './label-maker.ts';

export function compilePostureRow(row: PostureRow, context: RowContext): CompiledRow {
  const maker = new LabelMaker(row.labels, [resourceLabels], context);
  return {
    family: { name: row.name, help: row.help, type: 'gauge' },
    tellsContainersApart: false,
    tellsImagesApart: false,
    imageLabels: [],
    isAboutImages: false,
    tellsResourcesApart: holdsAll(row.labels, resourceLabels),
    createAccumulator: () => combineWith(row.combine, 0),
    postureValues(facts) {
      return row.values(facts.posture).map(({ labels = {}, value }) => ({
        labels: maker.make((name) =>
          isResourceLabel(name) ? postureLabels[name](facts) : (labels[name] ?? ''),
        ),
        accumulator: combineWith(row.combine, value),
      }));
    },
  };
}
