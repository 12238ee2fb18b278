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

/** The grammar of Prometheus' configuration: `30s`, `1h30m`, `500ms`; matches the empty text too. */
export const durationPattern = /^(?:\d+y)?(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?(?:\d+ms)?$/;

/** Node's timers hold 31 bits of milliseconds; beyond them they fire at once. */
const MAX_DAYS = 24;

/** A duration as Prometheus writes it; becomes milliseconds, 0 included. */
export const Duration = z
  .string()
  .refine(
    (text) => text.length > 1 && durationPattern.test(text),
    'is no duration like 30s, 5m or 1h30m',
  )
  .transform(parseDuration);

/** A duration that something waits for: timeouts and pauses. */
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
