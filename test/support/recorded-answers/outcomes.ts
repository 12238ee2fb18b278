export interface Outcome {
  readonly sent: number;
  readonly rejected: number;
  readonly pending: number;
  readonly possiblyStored: number;
}

/** What the receiver had stored after each recorded response, as far as the response reveals it. */
export const outcomes: ReadonlyMap<string, Outcome> = new Map([
  ...each(stored, {
    prometheus: {
      '01-success-2.0': 5,
      '02-success-1.0': 5,
      '03-repeated-identical-2.0': 5,
      // Stored when it is sent again as 1.0.
      '13-unknown-message-415': 5,
      '14-unknown-encoding-415': 5,
      '15-content-type-with-space-2.0': 2,
      '17-same-series-twice-2.0': 2,
      '22-only-1.0-accepted-415': 5,
      '23-only-1.0-accepted-1.0': 5,
    },
    'thanos-receive': {
      '01-success-2.0': 5,
      '02-success-1.0': 5,
      '03-repeated-identical-2.0': 5,
      '09-a-day-ahead-2.0': 2,
    },
    cortex: {
      '01-success-2.0': 5,
      '02-success-1.0': 5,
      '03-repeated-identical-2.0': 5,
      '19-ha-replica-elected-2.0': 5,
      // The elected replica delivers these.
      '20-ha-replica-not-elected-202': 5,
      '21-ha-replica-not-elected-202-1.0': 5,
      '25-unknown-message-415': 5,
      '26-message-of-2.0-switched-off-415': 5,
    },
    // VictoriaMetrics also confirms samples that it drops, so a sender cannot know more.
    'victoria-metrics': {
      '01-message-of-2.0': 5,
      '02-success-1.0': 5,
      '03-out-of-order-1.0': 5,
      '04-duplicate-timestamp-1.0': 5,
      '05-outside-retention-1.0': 5,
      '06-too-far-ahead-1.0': 5,
      '07-path-api-v1-push': 5,
      '11-hourly-series-limit': 300,
      '14-labels-beyond-limits': 3,
    },
  }),
  ...each(notStored, {
    prometheus: {
      '05-partial-out-of-order-1.0': 4,
      '06-out-of-order-all-2.0': 5,
      '07-duplicate-timestamp-2.0': 5,
      '08-duplicate-timestamp-1.0': 5,
      '09-too-old-2.0': 2,
      '10-too-far-ahead-2.0': 1,
      '11-wrong-path-404': 5,
      '12-not-snappy-400': 5,
      '20-no-credentials-401': 5,
      '21-wrong-credentials-401': 5,
      '24-receiver-off-404': 5,
      '25-above-32-mib-2.0': 40_000,
    },
    'thanos-receive': {
      '10-wrong-path-404': 5,
      '11-size-limit-413': 300,
      '12-series-limit-413': 300,
      '13-samples-limit-413': 300,
      '14-not-snappy-400': 5,
      '15-unknown-message-400': 5,
    },
    cortex: {
      '10-no-tenant-401': 5,
      '11-wrong-path-404': 5,
      '23-too-large-2.0': 3000,
      '24-not-snappy-400': 5,
    },
    'victoria-metrics': {
      '08-no-credentials-401': 5,
      '09-too-large': 300,
      '10-too-large-of-2.0': 600,
      '13-not-snappy-400': 5,
      '15-wrong-path-400': 5,
    },
  }),
  ...each(possiblyStored, {
    'thanos-receive': {
      '04-partial-out-of-order-2.0': 5,
      '05-partial-out-of-order-1.0': 4,
      '06-out-of-order-all-2.0': 5,
      '07-duplicate-timestamp-2.0': 5,
      '08-too-old-2.0': 2,
      '16-empty-label-value-2.0': 2,
    },
    cortex: {
      '04-partial-out-of-order-2.0': 5,
      '05-partial-out-of-order-1.0': 4,
      '06-out-of-order-all-2.0': 5,
      '07-duplicate-timestamp-2.0': 5,
      '08-too-old-2.0': 2,
      '09-too-far-ahead-2.0': 2,
      '13-series-limit-400': 300,
      '14-series-limit-1.0': 300,
      '15-metric-limit-2.0': 20,
      '16-partial-label-value-too-long-2.0': 3,
      '18-all-invalid-2.0': 3,
    },
    'mimir-from-source': {
      '01-out-of-order-all-of-5': 5,
      '03-series-limit-of-5': 5,
    },
  }),
  ...each(pending, {
    cortex: { '12-rate-limit-429': 500 },
    'victoria-metrics': { '12-disk-is-nearly-full': 5 },
    'mimir-from-source': { '02-rate-limit-of-5': 5 },
  }),
  ['prometheus/04-partial-out-of-order-2.0.http', { ...stored(3), rejected: 2 }],
  ['prometheus/16-no-metric-name-2.0.http', { ...stored(1), rejected: 1 }],
  ['cortex/17-too-many-labels-2.0.http', { ...stored(1), rejected: 1 }],
  ['cortex/22-old-samples-rejected-2.0.http', { ...stored(3), rejected: 2 }],
]);

type SamplesByFile = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Pairs the names of files with the outcome for their number of samples. */
function each(
  outcomeOf: (samples: number) => Outcome,
  receivers: SamplesByFile,
): [string, Outcome][] {
  return Object.entries(receivers).flatMap(([receiver, files]) =>
    Object.entries(files).map(([file, samples]): [string, Outcome] => [
      `${receiver}/${file}.http`,
      outcomeOf(samples),
    ]),
  );
}

function stored(samples: number): Outcome {
  return { sent: samples, rejected: 0, pending: 0, possiblyStored: 0 };
}

function notStored(samples: number): Outcome {
  return { ...stored(0), rejected: samples };
}

function possiblyStored(samples: number): Outcome {
  return { ...stored(0), rejected: samples, possiblyStored: samples };
}

function pending(samples: number): Outcome {
  return { ...stored(0), pending: samples };
}
