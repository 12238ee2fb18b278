import * as z from 'zod';

/**
 * A key of Prometheus' configuration that means nothing here. A value that changes nothing is taken,
 * so that blocks can be copied; any other one is refused with the reason.
 */
export function refused(
  reason: string,
  ...harmless: readonly unknown[]
): z.ZodOptional<z.ZodUnknown> {
  return z
    .unknown()
    .optional()
    .check(({ value, issues }) => {
      if (value === undefined || harmless.includes(value)) return;
      issues.push({ code: 'custom', input: undefined, message: reason });
    });
}
