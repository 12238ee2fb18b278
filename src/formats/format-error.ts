import type * as z from 'zod';

/** A document has a known kind, but not the expected shape. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
}

/** Maximum number of problems in one message. */
const MAX_ISSUES = 2;

/** Combines the validation issues into one sentence with their paths. */
export function toFormatError(kind: string, error: z.ZodError): FormatError {
  const shown = error.issues.slice(0, MAX_ISSUES).map(describeIssue).join('; ');
  const more = error.issues.length - MAX_ISSUES;
  return new FormatError(`${kind}: ${shown}${more > 0 ? `; and ${more} more` : ''}`);
}

function describeIssue({ path, message }: z.core.$ZodIssue): string {
  const where = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`));
  return `${where.join('').replace(/^\./, '') || 'document'}: ${message}`;
}
