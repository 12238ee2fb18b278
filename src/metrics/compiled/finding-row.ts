import { createAccumulator, type FindingGroup, prepareFold } from '../finding-groups.ts';
import {
  containerLabels,
  isTargetLabel,
  type LabelName,
  targetLabels,
} from '../label-catalogue.ts';
import type { FindingRow } from '../row.ts';
import { targetTest } from '../where.ts';
import type { CompiledRow, RowContext } from './compiled-row.ts';
import { holdsAll, LabelMaker, targetIdentities } from './label-maker.ts';

export function compileFindingRow(row: FindingRow, context: RowContext): CompiledRow {
  const maker = new LabelMaker(row.labels, targetIdentities, context);
  const fold = prepareFold(row);
  const passes = targetTest(row.where ?? {});
  let groups: readonly FindingGroup[] = [];
  return {
    family: { name: row.name, help: row.help, type: 'gauge' },
    tellsContainersApart: holdsAll(row.labels, containerLabels),
    tellsResourcesApart: false,
    createAccumulator: () => createAccumulator(row),
    fold(findings) {
      groups = fold(findings);
    },
    containerValues(_scan, facts) {
      if (passes !== undefined && !passes(facts)) return [];
      return groups.map(({ values, accumulator }) => {
        function valueOf(name: LabelName): string {
          return isTargetLabel(name) ? targetLabels[name](facts) : (values.get(name) ?? '');
        }
        const labels = values.size === 0 ? maker.share(facts, valueOf) : maker.make(valueOf);
        return { labels, accumulator };
      });
    },
  };
}
