import type { SendReport } from '../delivery/send-queue.ts';

/** What became of a push. */
export interface PushReport {
  /** Of results, markers, and what earlier cycles had left. */
  readonly results: SendReport;
  /** Of what the sender said about itself. */
  readonly own: SendReport;
}

export const nothingSent: SendReport = {
  sentSamples: 0,
  refusedSamples: 0,
  waitingSamples: 0,
  keptSamples: 0,
  sentBytes: 0,
  errors: [],
};

/** What became of everything that was sent in one go. */
export function addReports(reports: readonly SendReport[]): SendReport {
  return reports.reduce(
    (sum, report) => ({
      sentSamples: sum.sentSamples + report.sentSamples,
      refusedSamples: sum.refusedSamples + report.refusedSamples,
      waitingSamples: sum.waitingSamples + report.waitingSamples,
      keptSamples: sum.keptSamples + report.keptSamples,
      sentBytes: sum.sentBytes + report.sentBytes,
      errors: [...new Set([...sum.errors, ...report.errors])],
    }),
    nothingSent,
  );
}
