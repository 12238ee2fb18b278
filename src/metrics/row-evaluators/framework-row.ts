import { Maximum } from '../accumulator.ts';
import type { FrameworkRow } from '../row.ts';
import type { CompiledRow, RowContext } from './compiled-row.ts';
import { LabelMaker } from './label-maker.ts';

export function compileFrameworkRow(row: FrameworkRow, context: RowContext): CompiledRow {
  const maker = new LabelMaker(row.labels, [], context);
  return {
    family: { name: row.name, help: row.help, type: 'gauge' },
    tellsContainersApart: false,
    tellsImagesApart: false,
    imageLabels: [],
    isAboutImages: false,
    tellsResourcesApart: false,
    createAccumulator: () => new Maximum(),
    scanValues({ frameworks = [] }, cluster) {
      return frameworks.map((score) => ({
        labels: maker.make((name) => (name === 'cluster' ? cluster : score.framework)),
        accumulator: new Maximum(row.value(score)),
      }));
    },
  };
}
