import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { control, posture } from '../../test/support/scan-results/scans.ts';
import { type CliRun, CliPostures } from './cli-postures.ts';

describe('CliPostures', () => {
  it('uses the newer of two runs of the same frameworks, so that removed resources are gone', () => {
    const runs = [run({ scannedAtMs: 2, keys: ['a'] }), run({ scannedAtMs: 1, keys: ['a', 'b'] })];

    const { reports, replaced } = postures(runs);

    expect(reports.map(({ key }) => key)).toEqual(['prod a']);
    expect(replaced.map(({ where }) => where)).toEqual(['1']);
  });

  it('combines the controls of runs of different frameworks', () => {
    const mitre = run({
      scannedAtMs: 1,
      frameworks: ['MITRE'],
      ids: ['C-2', 'C-1'],
      status: 'passed',
    });
    const { reports, scores } = postures([run({ scannedAtMs: 2, ids: ['C-1'] }), mitre]);

    const [report] = reports;
    expect(
      Object.fromEntries(report?.scan.controls.map(({ id, status }) => [id, status]) ?? []),
    ).toEqual({ 'C-1': 'failed', 'C-2': 'passed' });
    expect(report?.scan.failed).toMatchObject({ High: 1 });
    expect(scores.map(({ framework }) => framework).toSorted()).toEqual(['MITRE', 'NSA']);
  });

  it('returns the same numbers in whatever order and however often runs are read', () => {
    fc.assert(
      fc.property(
        fc.array(anyRun, { minLength: 1, maxLength: 5 }),
        fc.array(fc.nat(), { minLength: 10, maxLength: 10 }),
        (runs, order) => {
          const dated = runs.map((one, index) => run({ ...one, scannedAtMs: index + 1 }));
          const shuffled = [...dated, ...dated]
            .map((one, index) => ({ one, place: order[index] ?? 0 }))
            .toSorted((a, b) => a.place - b.place)
            .map(({ one }) => one);

          expect(resultsOf(shuffled)).toEqual(resultsOf(dated));
        },
      ),
    );
  });
});

const anyRun = fc.record({
  frameworks: fc.constantFrom(['NSA'], ['MITRE'], ['MITRE', 'NSA']),
  keys: fc.subarray(['a', 'b', 'c']),
  ids: fc.subarray(['C-1', 'C-2']),
  status: fc.constantFrom('failed' as const, 'passed' as const, 'skipped' as const),
});

interface RunParts {
  readonly scannedAtMs: number;
  readonly frameworks?: readonly string[];
  readonly keys?: readonly string[];
  readonly ids?: readonly string[];
  readonly status?: 'failed' | 'passed' | 'skipped';
}

function run(parts: RunParts): CliRun {
  const { scannedAtMs, frameworks = ['NSA'], keys = ['a'] } = parts;
  const { ids = ['C-1'], status = 'failed' } = parts;
  const controls = ids.map((id) => control({ id, status }));
  const scan = posture({ controls });
  return {
    where: String(scannedAtMs),
    posture: {
      target: 'prod',
      age: { scannedAtMs },
      cluster: 'prod',
      reports: keys.map((key) => ({ source: 'detail', key, cluster: 'prod', age: {}, scan })),
      frameworks,
      scores: frameworks.map((framework) => ({ framework, complianceRatio: scannedAtMs / 10 })),
      emptyFrameworks: [],
      vulnerabilities: undefined,
    },
  };
}

function postures(runs: readonly CliRun[]): CliPostures {
  const all = new CliPostures();
  for (const one of runs) all.add(one);
  return all;
}

function resultsOf(runs: readonly CliRun[]) {
  const { reports, scores } = postures(runs);
  const results = reports.flatMap(({ key, scan }) =>
    scan.controls.map(({ id, status }) => `${key} ${id} ${status}`),
  );
  return {
    results: results.toSorted(),
    scores: scores.map((one) => JSON.stringify(one)).toSorted(),
  };
}
