import { describe, expect, it } from 'vitest';

import { ClockGuard } from '../remote-write/delivery/clock-guard.ts';
import { LabelPipeline } from '../remote-write/push/label-pipeline.ts';
import { countFailed, noSamples, type SampleCounts } from '../remote-write/sample-counts.ts';
import { DeliveryRecorder } from './delivery-recorder.ts';
import { SinkCounters } from './sink-counters.ts';

describe('DeliveryRecorder', () => {
  it.each`
    counts                                                | status         | failed
    ${{}}                                                 | ${'delivered'} | ${0}
    ${{ sent: 5 }}                                        | ${'delivered'} | ${0}
    ${{ sent: 5, rejected: 2 }}                           | ${'partial'}   | ${2}
    ${{ rejected: 2 }}                                    | ${'failed'}    | ${2}
    ${{ pending: 7 }}                                     | ${'failed'}    | ${7}
    ${{ pending: 7, persisted: 7 }}                       | ${'failed'}    | ${0}
    ${{ sent: 1, rejected: 2, pending: 7, persisted: 4 }} | ${'partial'}   | ${5}
  `('reports $counts as $status', ({ counts, status, failed }: DeliveryCase) => {
    const { recorder, counters } = setup();
    const results = { ...noSamples, ...counts };

    recorder.recordResults(results, 1000);
    const delivery = recorder.toDelivery(results);

    expect(delivery).toMatchObject({ ...results, status });
    expect(countFailed(delivery)).toBe(failed);
    expect(counters.samplesSent).toBe(results.sent);
    expect(counters.samplesFailed).toBe(failed);
    expect(counters.samplesPersisted).toBe(results.persisted);
    const isSuccess = status === 'delivered' && results.sent > 0;
    expect(counters.lastSuccessMs).toBe(isSuccess ? 1000 : undefined);
  });

  it('does not count a stopped push as a success', () => {
    const { recorder, counters } = setup();

    recorder.recordResults({ ...noSamples, sent: 5 });

    expect(counters.lastSuccessMs).toBeUndefined();
    expect(recorder.toDelivery(noSamples, true).status).toBe('failed');
  });

  it('counts self-metrics as a success only if no results were lost before them', () => {
    const { recorder, counters } = setup();
    const self = { ...noSamples, sent: 3 };

    recorder.recordSelfSeries({ ...noSamples, rejected: 1 }, self, 1000);
    expect(counters.lastSuccessMs).toBeUndefined();

    recorder.recordSelfSeries(noSamples, self, 1000);
    expect(counters.lastSuccessMs).toBe(1000);
  });

  it('reports each warning once, in the delivery that caused it', () => {
    const { recorder } = setup();
    recorder.warn('a');
    recorder.warn('a');

    expect(recorder.toDelivery(noSamples).warnings).toEqual(['a']);
    expect(recorder.toDelivery(noSamples).warnings).toEqual([]);
  });
});

interface DeliveryCase {
  readonly counts: Partial<SampleCounts>;
  readonly status: string;
  readonly failed: number;
}

function setup() {
  const counters = new SinkCounters();
  const limits = { maxLabels: 30, maxValueBytes: 100 };
  const recorder = new DeliveryRecorder({
    name: 'mimir',
    counters,
    guard: new ClockGuard(() => 0),
    labels: new LabelPipeline({ externalLabels: {}, relabelConfigs: [], ...limits }),
  });
  return { recorder, counters };
}
