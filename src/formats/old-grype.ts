import * as z from 'zod';

import { FormatError } from './format-error.ts';

/**
 * Fields in documents of Grype 0.7. Later versions write details and scores as lists, and the fix as an
 * object.
 */
const OldMatch = z.union([
  z.object({ matchDetails: z.object({ matcher: z.unknown() }) }),
  z.object({ vulnerability: z.object({ fixedInVersion: z.string() }) }),
  z.object({ vulnerability: z.object({ cvssV2: z.object({}) }) }),
  z.object({ vulnerability: z.object({ cvssV3: z.object({}) }) }),
]);

const OldDocument = z.object({ matches: z.tuple([OldMatch], z.unknown()) });

const Version = z.object({
  descriptor: z.object({ version: z.string().regex(/^v?\d+\.\d+\.[\w.+-]{1,40}$/) }),
});

/**
 * Rejects documents of early Grype versions. They have other names for fixes and scores, so a result
 * that was read from them would lack some.
 *
 * @throws {FormatError} The document has the old format.
 */
export function rejectOldGrype(document: unknown): void {
  if (!OldDocument.safeParse(document).success) return;
  const { data } = Version.safeParse(document);
  const version = data === undefined ? 'an early version' : `version ${data.descriptor.version}`;
  throw new FormatError(
    `scan image document: written by Grype, ${version}, in a format that is no longer read (0.7 and older); scan the image again with a current version`,
  );
}
