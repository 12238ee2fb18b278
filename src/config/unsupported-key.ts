import * as z from 'zod';

/**
 * A Prometheus key that is not supported. Its harmless values are accepted, so that existing
 * configurations can be pasted. Any other value is rejected with the reason.
 */
export function unsupportedKey(
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
