import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { control, posture } from '../../test/support/scan-results/scans.ts';
import type { PostureReport } from '../formats/workload-configuration-scan-summary.ts';
import type { ControlResult } from '../model/posture-scan.ts';
import { PostureStore } from './posture-store.ts';

const unnamed = [control({ id: 'C-1' }), control({ id: 'C-2', status: 'passed' })];
const named = [control({ id: 'C-1', name: 'One' }), control({ id: 'C-3', name: 'Three' })];

describe('PostureStore', () => {
  it('stores a resource once, whether its summary or its detail object comes first', () => {
    const reports = [report('summary', unnamed), report('detail', named)];
    for (const order of [reports, reports.toReversed()]) {
      const { store, repeated } = storeOf(order);

      expect(repeated).toEqual([false, false]);
      expect(store.size).toBe(1);
      expect([...store.scans()]).toEqual([
        posture({ controls: [control({ id: 'C-1', name: 'One' }), ...unnamed.slice(1)] }),
      ]);
    }
  });

  it('uses the results of the detail object, because its rules are newer', () => {
    const sticky = control({ id: 'C-1', status: 'passed', storedStatus: 'failed' });
    const { store } = storeOf([
      report('detail', [sticky]),
      report('summary', [control({ id: 'C-1' })]),
    ]);

    const [scan] = [...store.scans()];
    expect(scan).toMatchObject({ controls: [sticky], failed: { High: 0 } });
    expect([...store.staleDetails()]).toEqual([]);
  });

  it('names controls of the library that no report names', () => {
    const { store } = storeOf([report('summary', [control({ id: 'C-0057' })])]);

    const [scan] = [...store.scans()];
    expect(scan?.controls[0]?.name).toBe('Privileged container');
  });

  it('uses the detail object of a resource without a summary', () => {
    const { store } = storeOf([report('summary', unnamed), report('detail', named, 'other')]);

    expect(Array.from(store.scans(), ({ controls }) => controls.map(({ id }) => id))).toEqual([
      ['C-1', 'C-2'],
      ['C-1', 'C-3'],
    ]);
  });

  it.each(['summary', 'detail'] as const)(
    'keeps the later of two objects and reports a duplicate: %s',
    (source) => {
      const { store, repeated } = storeOf([report(source, unnamed), report(source, named)]);

      expect(repeated).toEqual([false, true]);
      expect([...store.scans()]).toEqual([posture({ controls: named })]);
    },
  );

  it('takes the names of controls from any detail object', () => {
    const { store } = storeOf([report('summary', unnamed), report('detail', named, 'other')]);

    const names = Array.from(store.scans(), ({ controls }) => controls.map(({ name }) => name));
    expect(names).toEqual([
      ['One', ''],
      ['One', 'Three'],
    ]);
  });

  it('gives the same results, in whatever order and however often reports are read', () => {
    fc.assert(
      fc.property(fc.array(anyReport, { maxLength: 6 }), anyOrder, (parts, order) => {
        const reports = parts.map(({ source, status, key }, revision) => ({
          ...report(source, [control({ id: 'C-1', status })], key),
          age: { revision },
        }));
        const shuffled = [...reports, ...reports]
          .map((one, index) => ({ one, place: order[index] ?? 0 }))
          .toSorted((a, b) => a.place - b.place)
          .map(({ one }) => one);

        expect(resultsOf(shuffled)).toEqual(resultsOf(reports));
      }),
    );
  });

  it('lists each cluster once', () => {
    const { store } = storeOf([
      { ...report('summary', []), cluster: 'b' },
      { ...report('summary', [], 'x'), cluster: 'a' },
      { ...report('summary', [], 'y'), cluster: 'b' },
      report('summary', [], 'z'),
    ]);

    expect(store.clusters).toEqual(['a', 'b']);
  });
});

const anyReport = fc.record({
  source: fc.constantFrom('summary' as const, 'detail' as const),
  status: fc.constantFrom('failed' as const, 'passed' as const),
  key: fc.constantFrom('a', 'b'),
});
const anyOrder = fc.array(fc.nat(), { minLength: 12, maxLength: 12 });

function resultsOf(reports: readonly PostureReport[]): readonly string[] {
  const { store } = storeOf(reports);
  const results = Array.from(store.scans(), (scan) => JSON.stringify(scan));
  return [...results, ...store.staleDetails()].toSorted();
}

function report(
  source: PostureReport['source'],
  controls: readonly ControlResult[],
  key = 'shop/deployment-storefront',
): PostureReport {
  return { source, key, cluster: undefined, age: {}, scan: posture({ controls }) };
}

function storeOf(reports: readonly PostureReport[]): { store: PostureStore; repeated: boolean[] } {
  const store = new PostureStore();
  return { store, repeated: reports.map((one) => store.add(one)) };
}
