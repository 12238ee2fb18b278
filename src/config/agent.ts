import * as z from 'zod';

import { Duration, PositiveDuration } from './duration.ts';
import { optionRegistry } from './option.ts';

const SECOND_MS = 1000;

/** Prometheus' default lookback is 5 minutes. This leaves 30 seconds for delivery. */
const MAX_RESEND_INTERVAL_MS = 270 * SECOND_MS;
const MIN_RESEND_INTERVAL_MS = 5 * SECOND_MS;

/** Matches five fields, or a nickname such as `@daily`. The scheduler checks the fields themselves. */
const cronShape = /^(?:@[a-z]+|\S+(?:\s+\S+){4})$/;

export const Agent = z
  .strictObject({
    schedule: z
      .string()
      .trim()
      .regex(cronShape, 'must be a cron expression of five fields, such as */30 * * * *')
      .default('*/30 * * * *')
      .describe('Cron expression for scheduled pushes.')
      .register(optionRegistry, { group: 'agent', flag: '--schedule', placeholder: '<cron>' }),
    timezone: z
      .string()
      .refine(isTimeZone, 'must be an IANA time zone such as UTC or Europe/Berlin')
      .default('UTC')
      .describe('Time zone of the schedule.')
      .register(optionRegistry, { group: 'agent', flag: '--timezone', placeholder: '<zone>' }),
    jitter: Duration.prefault('1m')
      .describe(
        'Maximum delay of a scheduled push. Each cluster gets its own fixed delay, at most half the interval.',
      )
      .register(optionRegistry, { group: 'agent', flag: '--jitter', placeholder: '<duration>' }),
    change_quiet: Duration.prefault('30s')
      .describe(
        'Push after scan results change and then stay unchanged for this long. `0s`: push only on schedule.',
      )
      .register(optionRegistry, {
        group: 'agent',
        flag: '--change-quiet',
        placeholder: '<duration>',
      }),
    change_max_wait: PositiveDuration.prefault('10m')
      .describe('Maximum wait for `--change-quiet` while results keep changing.')
      .register(optionRegistry, {
        group: 'agent',
        flag: '--change-max-wait',
        placeholder: '<duration>',
      }),
    resend_interval: PositiveDuration.refine(
      (ms) => ms >= MIN_RESEND_INTERVAL_MS,
      'must be at least 5s',
    )
      .prefault('1m')
      .describe('Interval for resending the last values, so that queries keep finding them.')
      .register(optionRegistry, {
        group: 'agent',
        flag: '--resend-interval',
        placeholder: '<duration>',
      }),
    allow_slow_resend: z
      .boolean()
      .default(false)
      .describe('Allow a resend interval above 4m30s, which leaves gaps in queries.')
      .register(optionRegistry, { group: 'agent', flag: '--allow-slow-resend', placeholder: '' }),
    max_resend_samples_per_second: z
      .int()
      .min(1)
      .optional()
      .describe(
        'Maximum rate of resent samples per receiver. Lengthens the resend interval when needed.',
      )
      .register(optionRegistry, {
        group: 'agent',
        flag: '--max-resend-samples-per-second',
        placeholder: '<count>',
      }),
    max_result_age: PositiveDuration.prefault('2d')
      .describe('Maximum age of resent results, counted from when they were read.')
      .register(optionRegistry, {
        group: 'agent',
        flag: '--max-result-age',
        placeholder: '<duration>',
      }),
    stale_on_shutdown: z
      .boolean()
      .default(false)
      .describe('End all series when the agent stops, so that they leave queries immediately.')
      .register(optionRegistry, { group: 'agent', flag: '--stale-on-shutdown', placeholder: '' }),
    shutdown_timeout: PositiveDuration.prefault('20s')
      .describe(
        'Time to finish delivering after SIGTERM. Should be below terminationGracePeriodSeconds.',
      )
      .register(optionRegistry, {
        group: 'agent',
        flag: '--shutdown-timeout',
        placeholder: '<duration>',
      }),
    heartbeat_file: z
      .string()
      .min(1)
      .optional()
      .describe('File in which the agent reports its state to `health`.')
      .register(optionRegistry, {
        group: 'agent',
        flag: '--heartbeat-file',
        placeholder: '<path>',
      }),
  })
  .check(({ value, issues }) => {
    const { resend_interval: interval, allow_slow_resend: isAllowed } = value;
    if (isAllowed || interval <= MAX_RESEND_INTERVAL_MS) return;
    issues.push({
      code: 'custom',
      input: interval,
      path: ['resend_interval'],
      message: 'must be at most 4m30s, or queries show gaps; set allow_slow_resend to accept them',
    });
  });
export type Agent = z.infer<typeof Agent>;

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
