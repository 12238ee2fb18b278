import { describe, expect, it } from 'vitest';

import { ClockGuard } from '../remote-write/delivery/clock-guard.ts';
import type { SendReport } from '../remote-write/delivery/send-queue.ts';
import { LabelPipeline } from '../remote-write/push/label-pipeline.ts';
import { nothingSent } from '../remote-write/push/push-report.ts';
import { DeliveryCounts } from './delivery-counts.ts';
import { DeliveryRecorder } from './delivery-recorder.ts';

describe('DeliveryRecorder', () => {
  it.each`
    results                                                                     | delivery
    ${{}}                                                                       | ${{ status: 'delivered' }}
    ${{ sentSamples: 5 }}                                                       | ${{ status: 'delivered', sent: 5 }}
    ${{ sentSamples: 5, refusedSamples: 2 }}                                    | ${{ status: 'partial', sent: 5, failed: 2 }}
    ${{ refusedSamples: 2 }}                                                    | ${{ status: 'failed', failed: 2 }}
    ${{ waitingSamples: 7 }}                                                    | ${{ status: 'failed', failed: 7 }}
    ${{ waitingSamples: 7, keptSamples: 7 }}                                    | ${{ status: 'failed', kept: 7 }}
    ${{ sentSamples: 1, refusedSamples: 2, waitingSamples: 7, keptSamples: 4 }} | ${{ status: 'partial', sent: 1, failed: 5, kept: 4 }}
  `('makes of $results $delivery.status', ({ results, delivery }: DeliveryCase) => {
    const { recorder, counters } = setup();
    const report = { ...nothingSent, ...results };

    recorder.countResults(report, 1000);
    const made = recorder.toDelivery({ results: report, own: nothingSent });

    expect(made).toMatchObject({ sent: 0, failed: 0, kept: 0, ...delivery });
    expect(made.sent + made.failed + (made.kept ?? 0)).toBe(
      report.sentSamples + report.refusedSamples + report.waitingSamples,
    );
    expect(counters.samplesSent).toBe(made.sent);
    expect(counters.samplesFailed).toBe(made.failed);
    expect(counters.samplesKept).toBe(made.kept);
    const isSuccess = made.status === 'delivered' && made.sent > 0;
    expect(counters.lastSuccessMs).toBe(isSuccess ? 1000 : undefined);
  });

  it('takes nothing for a success that was broken off', () => {
    const { recorder, counters } = setup();

    recorder.countResults({ ...nothingSent, sentSamples: 5 });

    expect(counters.lastSuccessMs).toBeUndefined();
    const report = { results: nothingSent, own: nothingSent };
    expect(recorder.toDelivery(report, true).status).toBe('failed');
  });

  it('takes what arrives behind nothing for a success, but not what arrives behind a loss', () => {
    const { recorder, counters } = setup();
    const own = { ...nothingSent, sentSamples: 3 };

    recorder.countOwn({ results: { ...nothingSent, refusedSamples: 1 }, own }, 1000);
    expect(counters.lastSuccessMs).toBeUndefined();

    recorder.countOwn({ results: nothingSent, own }, 1000);
    expect(counters.lastSuccessMs).toBe(1000);
  });

  it('says each warning once, and only in the delivery it belongs to', () => {
    const { recorder } = setup();
    const report = { results: nothingSent, own: nothingSent };
    recorder.warn('a');
    recorder.warn('a');

    expect(recorder.toDelivery(report).warnings).toEqual(['a']);
    expect(recorder.toDelivery(report).warnings).toEqual([]);
  });
});

interface DeliveryCase {
  readonly results: Partial<SendReport>;
  readonly delivery: object;
}

function setup() {
  const counters = new DeliveryCounts();
  const limits = { maxLabels: 30, maxValueBytes: 100 };
  const recorder = new DeliveryRecorder({
    name: 'mimir',
    counters,
    guard: new ClockGuard(() => 0),
    labels: new LabelPipeline({ externalLabels: {}, relabelConfigs: [], ...limits }),
  });
  return { recorder, counters };
}
