import type * as z from 'zod';

import { quote } from '../model/printable.ts';

/** Thrown if a document has a known kind, but not the expected shape. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
}

/** Maximum number of problems in one message. */
const MAX_ISSUES = 2;

/** Error map for parsing documents. Each message follows the path of the value and a colon. */
export function messageFor(issue: z.core.$ZodRawIssue): string {
  if (issue.code === 'invalid_type') {
    const found = issue.input === undefined ? 'nothing' : nameOf(typeOf(issue.input));
    return `expected ${nameOf(issue.expected)}, found ${found}`;
  }
  return issue.code === 'invalid_value'
    ? `expected one of ${issue.values.map(String).join(', ')}`
    : 'invalid value';
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function nameOf(type: string): string {
  return typeNames[type] ?? type;
}

const typeNames: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'text',
};

/** Combines the validation issues into one sentence with their paths. */
export function toFormatError(kind: string, error: z.ZodError): FormatError {
  const shown = error.issues.slice(0, MAX_ISSUES).map(describeIssue).join('; ');
  const more = error.issues.length - MAX_ISSUES;
  return new FormatError(`${kind}: ${shown}${more > 0 ? `; and ${more} more` : ''}`);
}

function describeIssue({ path, message }: z.core.$ZodIssue): string {
  const where = path.map((part) =>
    typeof part === 'number' ? `[${part}]` : `.${quote(String(part))}`,
  );
  return `${where.join('').replace(/^\./, '') || 'document'}: ${message}`;
}
