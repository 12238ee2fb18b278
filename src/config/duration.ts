import * as z from 'zod';

const unitsMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};

/** Durations as Prometheus configures them: `30s`, `1h30m`, `500ms`, `0`. Also matches the empty string. */
export const durationPattern =
  /^(?:\d+y)?(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?(?:\d+ms)?$|^0$/;

/** Node.js timers are limited to 31 bits of milliseconds. A longer timer fires immediately. */
const MAX_DAYS = 24;

const EXPECTED = 'must be a duration such as 30s, 5m or 1h30m';

/** A duration such as `5m`, parsed into milliseconds. Zero is allowed. */
export const Duration = z
  .string({ error: EXPECTED })
  .refine((text) => text !== '' && durationPattern.test(text), EXPECTED)
  .transform(parseDuration);

/** A duration for a timer: above zero and within the limits of Node.js. */
export const PositiveDuration = Duration.refine(
  (ms) => ms > 0 && ms <= MAX_DAYS * 86_400_000,
  `must be longer than 0 and at most ${MAX_DAYS} days`,
);

function parseDuration(text: string): number {
  let ms = 0;
  for (const [, amount = '0', unit = ''] of text.matchAll(/(\d+)(ms|[smhdwy])/g)) {
    ms += Number(amount) * (unitsMs[unit] ?? 0);
  }
  return ms;
}
