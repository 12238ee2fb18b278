import * as z from 'zod';

const unitBytes: Readonly<Record<string, number>> = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

/** A size such as `512KiB`, `64MiB`; becomes bytes. */
export const Size = z
  .string()
  .regex(/^\d+(?:KiB|MiB|GiB)$/, 'is no size like 512KiB or 64MiB')
  .transform((text) => Number(text.slice(0, -3)) * (unitBytes[text.slice(-3)] ?? 0))
  .refine((bytes) => bytes > 0, 'must be larger than 0');
