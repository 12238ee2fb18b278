import { describe, expect, it } from 'vitest';

import { image, runs } from '../../../test/support/kubernetes/small-cluster.ts';
import type { SkippedReport } from '../skipped-report.ts';
import { SummaryCollector, type SummaryList } from './read-summaries.ts';

const place = { namespace: 'shop', workload: 'cart' };
const full = runs(image('redis'), place);
const newer = runs(image('redis', { tag: '2.0' }), place);
const bare = runs(image('redis'), place, { reference: { name: '' } });
const failed = runs(image('redis'), place, {
  reference: { name: '' },
  annotations: { 'kubescape.io/status': 'too-large' },
});

describe('an object that is listed twice', () => {
  it.each`
    what                            | first     | second    | manifests               | unscanned | skipped
    ${'another image'}              | ${full}   | ${newer}  | ${[nameOf(newer.spec)]} | ${0}      | ${['duplicate']}
    ${'a stub'}                     | ${full}   | ${bare}   | ${[]}                   | ${0}      | ${['duplicate', 'stub']}
    ${'findings after a stub'}      | ${bare}   | ${full}   | ${[nameOf(full.spec)]}  | ${0}      | ${['stub']}
    ${'a failed scan'}              | ${full}   | ${failed} | ${[]}                   | ${1}      | ${['duplicate', 'unscanned']}
    ${'a stub after a failed scan'} | ${failed} | ${bare}   | ${[]}                   | ${0}      | ${['unscanned', 'duplicate', 'stub']}
  `('counts with its later version: $what', ({ first, second, ...expected }: TwiceCase) => {
    const { list, reports } = collect([first, second]);

    expect({
      manifests: list.summaries.map(({ manifestName }) => manifestName),
      unscanned: list.unscanned.length,
      skipped: reports.map(({ reason }) => reason),
    }).toEqual(pick(expected));
  });
});

interface TwiceCase {
  readonly first: unknown;
  readonly second: unknown;
  readonly manifests: readonly string[];
  readonly unscanned: number;
  readonly skipped: readonly string[];
}

function pick({ manifests, unscanned, skipped }: Omit<TwiceCase, 'first' | 'second'>) {
  return { manifests, unscanned, skipped };
}

function nameOf(spec: unknown): string {
  return /"name":"(docker[^"]+)"/.exec(JSON.stringify(spec))?.[1] ?? '';
}

function collect(items: readonly unknown[]) {
  const reports: SkippedReport[] = [];
  const collector = new SummaryCollector(observer(reports));
  for (const item of items) collector.addPage([item]);
  const list: SummaryList = collector.result();
  return { list, reports };
}

function observer(reports: SkippedReport[]) {
  return {
    read: () => undefined,
    skipped: (report: SkippedReport) => void reports.push(report),
    progress: () => undefined,
    warn: () => undefined,
  };
}
