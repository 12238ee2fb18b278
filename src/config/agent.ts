import * as z from 'zod';

import { Duration, PositiveDuration } from './duration.ts';
import { optionRegistry } from './option.ts';

const SECOND_MS = 1000;

/** Prometheus stops showing a sample after 5 minutes; half a minute is left for the way there. */
const MAX_RESEND_INTERVAL_MS = 270 * SECOND_MS;
const MIN_RESEND_INTERVAL_MS = 5 * SECOND_MS;

/** Five fields or a nickname: whether they make sense is for the scheduler to say. */
const schedule = /^(?:@[a-z]+|\S+(?:\s+\S+){4})$/;

/** When the long-running agent does what. */
export const Agent = z
  .strictObject({
    schedule: z
      .string()
      .trim()
      .regex(schedule, 'is no cron expression of five fields, such as */30 * * * *')
      .default('*/30 * * * *')
      .describe('When scan results are read in any case, in cron syntax.')
      .register(optionRegistry, { group: 'agent', flag: '--schedule', placeholder: '<cron>' }),
    timezone: z
      .string()
      .refine(isTimeZone, 'is no time zone such as UTC or Europe/Berlin')
      .default('UTC')
      .describe('Time zone of the schedule.')
      .register(optionRegistry, { group: 'agent', flag: '--timezone', placeholder: '<zone>' }),
    jitter: Duration.prefault('1m')
      .describe(
        'Scheduled reads begin up to this much later, each cluster at its own moment; at most half of what is between two.',
      )
      .register(optionRegistry, { group: 'agent', flag: '--jitter', placeholder: '<duration>' }),
    change_quiet: Duration.prefault('30s')
      .describe(
        'Read also when results have changed and then stayed as they are for this long; `0s`: only on schedule.',
      )
      .register(optionRegistry, {
        group: 'agent',
        flag: '--change-quiet',
        placeholder: '<duration>',
      }),
    change_max_wait: PositiveDuration.prefault('10m')
      .describe('Longest wait for that, while results keep changing.')
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
      .describe('The last values are sent again this often, so that queries keep seeing them.')
      .register(optionRegistry, {
        group: 'agent',
        flag: '--resend-interval',
        placeholder: '<duration>',
      }),
    allow_slow_resend: z
      .boolean()
      .default(false)
      .describe(
        'Accept a resend interval above 4m30s: with it, values vanish from queries for a while.',
      )
      .register(optionRegistry, { group: 'agent', flag: '--allow-slow-resend', placeholder: '' }),
    max_resend_samples_per_second: z
      .int()
      .min(1)
      .optional()
      .describe('Resend less often where it would be more samples per second for a receiver.')
      .register(optionRegistry, {
        group: 'agent',
        flag: '--max-resend-samples-per-second',
        placeholder: '<count>',
      }),
    max_result_age: PositiveDuration.prefault('2d')
      .describe('Results that could not be read for this long are not sent again any more.')
      .register(optionRegistry, {
        group: 'agent',
        flag: '--max-result-age',
        placeholder: '<duration>',
      }),
    stale_on_shutdown: z
      .boolean()
      .default(false)
      .describe('End all series at an orderly stop, so that they vanish from queries at once.')
      .register(optionRegistry, { group: 'agent', flag: '--stale-on-shutdown', placeholder: '' }),
    shutdown_timeout: PositiveDuration.prefault('20s')
      .describe(
        'How long a delivery may go on after SIGTERM; less than terminationGracePeriodSeconds.',
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
      .describe('File that tells `health` how the agent is; replaced in one step.')
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
      message:
        'must be at most 4m30s, or values vanish from queries in between; allow_slow_resend accepts that',
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
