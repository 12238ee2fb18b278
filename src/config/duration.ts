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

/** The grammar of Prometheus' configuration: `30s`, `1h30m`, `500ms`. */
const pattern = /^(?:\d+y)?(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?(?:\d+ms)?$/;

/** A duration as Prometheus writes it; becomes milliseconds. */
export const Duration = z
  .string()
  .regex(pattern, 'is no duration like 30s, 5m or 1h30m')
  .min(2, 'is no duration like 30s, 5m or 1h30m')
  .transform(parseDuration);

function parseDuration(text: string): number {
  let ms = 0;
  for (const [, amount = '0', unit = ''] of text.matchAll(/(\d+)(ms|[smhdwy])/g)) {
    ms += Number(amount) * (unitsMs[unit] ?? 0);
  }
  return ms;
}
