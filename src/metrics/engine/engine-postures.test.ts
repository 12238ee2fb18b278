import fc from 'fast-check';
import { expect, it } from 'vitest';

import { control, posture } from '../../../test/support/scan-results/scans.ts';
import { controlSeverities, type PostureScan } from '../../model/posture-scan.ts';
import { selectRows } from '../selection/select-rows.ts';
import type { Series } from '../series.ts';
import { Engine } from './engine.ts';

it('always has resource values that add up to the cluster, and counts resources that share labels', () => {
  fc.assert(
    fc.property(fc.array(anyPosture, { maxLength: 8 }), (postures) => {
      const { engine, series } = run(postures);

      const failed = postures.flatMap(({ controls }) =>
        controls.filter(({ status }) => status === 'failed'),
      );
      expect(sumOf(series, 'failed_controls')).toBe(failed.length);
      expect(sumOf(series, 'total_failed_controls')).toBe(failed.length);
      expect(sumOf(series, 'control_failed_resources')).toBe(failed.length);
      expect(sumOf(series, 'scanned_resources')).toBe(postures.length);
      const resources = new Set(postures.map(({ namespace, workload }) => namespace + workload));
      const merged = (postures.length - resources.size) * controlSeverities.length;
      expect(engine.statistics).toMatchObject({ series: series.length, merged });
    }),
  );
});

it('never emits a duplicate or unsorted label set or an empty value', () => {
  fc.assert(
    fc.property(fc.array(anyPosture, { maxLength: 8 }), (postures) => {
      const { series } = run(postures);

      const keys = series.map(({ family, labels }) => family.name + JSON.stringify(labels));
      expect(new Set(keys).size).toBe(keys.length);
      for (const { labels } of series) {
        const names = labels.map(({ name }) => name);
        expect(names).toEqual(names.toSorted());
        expect(labels.every(({ value }) => value !== '')).toBe(true);
      }
    }),
  );
});

const anyControl = fc
  .record({
    id: fc.constantFrom('C-1', 'C-2', 'C-3'),
    severity: fc.constantFrom(...controlSeverities),
    status: fc.constantFrom('passed' as const, 'failed' as const, 'skipped' as const),
  })
  .map(control);
const anyPosture = fc
  .record({
    namespace: fc.constantFrom('', 'a', 'b'),
    workload: fc.constantFrom('x', 'y'),
    controls: fc.array(anyControl, { maxLength: 4 }),
  })
  .map(posture);

function run(postures: readonly PostureScan[]): { engine: Engine; series: readonly Series[] } {
  const engine = new Engine({
    rows: selectRows({ groups: ['posture', 'scans'], prefix: '', custom: [] }),
    cluster: 'c',
    maxLabelValueBytes: 1024,
    inventory: { clusters: [], targets: [], unscanned: [], danglingReferences: 0 },
  });
  for (const one of postures) engine.addPosture(one);
  return { engine, series: engine.finish() };
}

function sumOf(series: readonly Series[], name: string): number {
  const values = series.filter(({ family }) => family.name === name).map(({ value }) => value);
  return values.reduce((sum, value) => sum + value, 0);
}
