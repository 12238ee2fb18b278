import { Sum } from '../accumulator.ts';
import type { ScanRow } from '../row.ts';
import type { CompiledRow, RowContext } from './compiled-row.ts';
import { LabelMaker } from './label-maker.ts';

export function compileScanRow(row: ScanRow, context: RowContext): CompiledRow {
  const maker = new LabelMaker(row.labels, [], context);
  return {
    family: { name: row.name, help: row.help, type: 'gauge' },
    tellsContainersApart: false,
    tellsImagesApart: false,
    imageLabels: [],
    isAboutImages: false,
    tellsResourcesApart: false,
    createAccumulator: () => new Sum(),
    scanValues(inventory, cluster) {
      const value = row.value(inventory);
      if (value === undefined) return [];
      return [{ labels: maker.make(() => cluster), accumulator: new Sum(value) }];
    },
  };
}
