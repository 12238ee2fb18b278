import type { ImageScan } from '../../model/image-scan.ts';
import { Sum } from '../accumulator.ts';
import { createAccumulator, type FindingGroup, prepareFold, ungrouped } from '../finding-groups.ts';
import {
  containerLabels,
  imageLabels,
  isContainerLabel,
  isFindingLabel,
  isImageLabel,
  isTargetLabel,
  type LabelName,
  type TargetFacts,
  type TargetLabel,
  targetLabel,
} from '../label-catalogue.ts';
import type { FindingRow } from '../row.ts';
import { findingTest, targetTest } from '../where.ts';
import type { CompiledRow, RowContext, RowValue } from './compiled-row.ts';
import { holdsAll, LabelMaker, targetIdentities } from './label-maker.ts';

export function compileFindingRow(row: FindingRow, context: RowContext): CompiledRow {
  const { relevant } = row.where ?? {};
  return {
    family: { name: row.name, help: row.help, type: 'gauge' },
    tellsContainersApart: holdsAll(row.labels, containerLabels),
    tellsImagesApart: holdsAll(row.labels, imageLabels),
    imageLabels: row.labels.filter(isImageLabel),
    passesTarget: targetTest(row.where ?? {}),
    isAboutImages: false,
    tellsResourcesApart: false,
    createAccumulator: () => createAccumulator(row),
    ...(relevant === undefined
      ? knownValues(row, valuesByImage(row, context))
      : valuesByContainer(row, relevant, context)),
  };
}

/** If only the counts of an image are known, leaves out values that depend on more. */
function knownValues(row: FindingRow, values: Values): Values {
  const { fold, runValues, containerValues } = values;
  if (needsOnlyCounts(row)) return values;
  let isKnown = true;
  return {
    fold(scan) {
      isKnown = scan.hasOnlyCounts !== true;
      if (isKnown) fold?.(scan);
    },
    ...(runValues && {
      runValues: (facts, runs) => (isKnown ? runValues(facts, runs) : []),
    }),
    ...(containerValues && {
      containerValues: (scan, facts, isReal) =>
        isKnown ? containerValues(scan, facts, isReal) : 'unknown',
    }),
  };
}

function needsOnlyCounts({ value, labels, where = {} }: FindingRow): boolean {
  const { rce, id, package: packageName } = where;
  const isUnconditional = rce === undefined && id === undefined && packageName === undefined;
  return value === 'count' && isUnconditional && labels.every(isCountedLabel);
}

function isCountedLabel(name: LabelName): boolean {
  return isTargetLabel(name) || name === 'severity' || name === 'fixable';
}

type Values = Pick<CompiledRow, 'fold' | 'runValues' | 'containerValues'>;

/** All containers of an image have the same findings, so they are grouped once. */
function valuesByImage(row: FindingRow, context: RowContext): Values {
  const valuesOf = prepareValues(row, context);
  const passes = targetTest(row.where ?? {});
  const isOfImage = passes === undefined && !row.labels.some(isContainerLabel);
  const fold = chooseFold(row, context, isOfImage);
  let groups: readonly FindingGroup[] = [];
  return {
    fold(scan) {
      groups = fold(scan);
    },
    ...(isOfImage
      ? { runValues: (facts, runs) => multiply(valuesOf(groups, facts), runs) }
      : {
          containerValues: (_scan, facts) =>
            passes === undefined || passes(facts) ? valuesOf(groups, facts) : [],
        }),
  };
}

/** Relevance differs between the containers of an image. If it is unknown, the row has no values. */
function valuesByContainer(row: FindingRow, relevant: boolean, context: RowContext): Values {
  const valuesOf = prepareValues(row, context);
  const passes = targetTest(row.where ?? {});
  const fold = prepareFold(row);
  return {
    containerValues(scan, facts) {
      if (passes !== undefined && !passes(facts)) return [];
      const split = context.relevance.of(scan, facts.container);
      return split === undefined
        ? 'unknown'
        : valuesOf(fold(relevant ? split.relevant : split.others), facts);
    },
  };
}

/** Combines grouped values with the labels of one container. */
function prepareValues(row: FindingRow, context: RowContext) {
  if (row.labels.every(isTargetLabel)) return prepareSharedValues(row.labels, context);
  const maker = new LabelMaker(row.labels, targetIdentities, context);
  const findingNames = row.labels.filter(isFindingLabel);
  return (groups: readonly FindingGroup[], facts: TargetFacts): readonly RowValue[] => {
    const makeLabels = maker.template((name) =>
      isTargetLabel(name) ? targetLabel(name, facts) : undefined,
    );
    return groups.map(({ values, accumulator }) => ({
      labels: makeLabels((name) => values[findingNames.findIndex((own) => own === name)] ?? ''),
      accumulator,
    }));
  };
}

/** The returned function runs once per row and container, up to hundreds of thousands of times. */
function prepareSharedValues(names: readonly TargetLabel[], context: RowContext) {
  const maker = new LabelMaker(names, targetIdentities, context);
  return (groups: readonly FindingGroup[], facts: TargetFacts): readonly RowValue[] => {
    const labels = maker.share(facts, targetLabel);
    return groups.map(({ accumulator }) => ({ labels, accumulator }));
  };
}

function chooseFold(
  row: FindingRow,
  { tally, mayLeaveOutValues }: RowContext,
  isOfImage: boolean,
): (scan: ImageScan) => readonly FindingGroup[] {
  if (row.value === 'count' && !row.labels.some(isFindingLabel)) {
    const count = tally.counter(findingTest(row.where ?? {}));
    return () => ungrouped(new Sum(count()));
  }
  const fold = prepareFold(row);
  const isOfCluster = isOfImage && !row.labels.some(isImageLabel);
  const needsAllFindings = !isOfCluster || row.value === 'count' || mayLeaveOutValues;
  if (needsAllFindings) return ({ findings }) => fold(findings);
  let isFirst = true;
  return () => {
    // Repeating a maximum or a set does not change it.
    const groups = isFirst || tally.unseen.length > 0 ? fold(tally.unseen) : [];
    isFirst = false;
    return groups;
  };
}

/** Repeating a maximum or a set does not change it. */
function multiply(values: readonly RowValue[], times: number): readonly RowValue[] {
  return values.map(({ labels, accumulator }) => ({
    labels,
    accumulator: accumulator instanceof Sum ? new Sum(accumulator.value * times) : accumulator,
  }));
}
