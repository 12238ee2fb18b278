import type * as z from 'zod';

/** A document that claims to be a scan result but does not have the shape of one. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
}

/** As many problems of one document as fit a line. */
const MAX_ISSUES = 2;

/** Turns what zod found into one sentence with the paths inside the document. */
export function toFormatError(kind: string, error: z.ZodError): FormatError {
  const shown = error.issues.slice(0, MAX_ISSUES).map(describeIssue).join('; ');
  const more = error.issues.length - MAX_ISSUES;
  return new FormatError(`${kind}: ${shown}${more > 0 ? `; and ${more} more` : ''}`);
}

function describeIssue({ path, message }: z.core.$ZodIssue): string {
  const where = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`));
  return `${where.join('').replace(/^\./, '') || 'document'}: ${message}`;
}
