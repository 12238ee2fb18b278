import * as z from 'zod';

const unitBytes: Readonly<Record<string, number>> = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

const EXPECTED = 'must be a size such as 512KiB or 64MiB';

/** A size such as `512KiB` or `64MiB`, parsed into bytes. */
export const Size = z
  .string({ error: EXPECTED })
  .regex(/^\d+(?:KiB|MiB|GiB)$/, EXPECTED)
  .transform((text) => Number(text.slice(0, -3)) * (unitBytes[text.slice(-3)] ?? 0))
  .refine((bytes) => bytes > 0, 'must be larger than 0');
