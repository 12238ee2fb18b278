import type * as z from 'zod';

/** Blocks whose values never appear in messages. */
const secretBlocks: ReadonlySet<PropertyKey> = new Set([
  'authorization',
  'azuread',
  'basic_auth',
  'bearer_token',
  'headers',
  'http_headers',
  'oauth2',
  'proxy_connect_header',
  'proxy_url',
  'sigv4',
  'tls_config',
]);

const MAX_QUOTED_CHARACTERS = 100;

/**
 * Error map for `safeParse` that replaces zod's own messages. If a message starts with "must",
 * `describeIssue` puts the invalid value in front of it.
 */
export function messageFor(issue: z.core.$ZodRawIssue): string {
  if (issue.code === 'invalid_type') return describeTypeIssue(issue);
  if (issue.code === 'invalid_value')
    return `must be one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'too_small') return describeMinimum(issue);
  if (issue.code === 'too_big') return describeMaximum(issue);
  return 'is invalid';
}

function describeTypeIssue({ input, expected }: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidType>) {
  return input === undefined ? 'is required' : `must be ${typeNames[expected] ?? expected}`;
}

function describeMaximum({ origin, maximum }: z.core.$ZodRawIssue<z.core.$ZodIssueTooBig>) {
  return `must ${hasLength(origin) ? 'have' : 'be'} at most ${maximum}${unitOf(origin)}`;
}

function describeMinimum({ origin, minimum }: z.core.$ZodRawIssue<z.core.$ZodIssueTooSmall>) {
  if (origin === 'string' && minimum === 1) return 'must not be empty';
  return `must ${hasLength(origin) ? 'have' : 'be'} at least ${minimum}${unitOf(origin)}`;
}

function hasLength(origin: string): boolean {
  return origin === 'string' || origin === 'array';
}

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters';
  return origin === 'array' ? ' entries' : '';
}

const typeNames: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'a block of keys and values',
  record: 'a block of keys and values',
  string: 'text; put numbers, true and false in quotes',
};

/** A key that is a URL may contain a password: a missing `url:` turns the URL itself into a key. */
export function quoteKey(key: string): string {
  return key.includes('://') ? '(a URL)' : quote(key);
}

/**
 * Returns the message of an issue, preceded by the invalid value if that is safe. A value of the wrong
 * type may be anything, so it is not shown.
 *
 * @param raw The value that was parsed.
 */
export function describeIssue({ code, path, message }: z.core.$ZodIssue, raw: unknown): string {
  if (!message.startsWith('must ') || code === 'invalid_type') return message;
  if (path.some((key) => secretBlocks.has(key))) return message;
  const value = valueAt(raw, path);
  const isShown = typeof value === 'string' ? value !== '' : typeof value === 'number';
  return isShown ? `${quote(String(value))} ${message}` : message;
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined,
    raw,
  );
}

/** Quotes a text, truncates it, and masks the credentials and query of a URL. */
function quote(text: string): string {
  const masked = text.replace(/^(\w+:\/\/)?.*@/s, '$1***@').replace(/\?.*$/s, '?***');
  return JSON.stringify(
    masked.length > MAX_QUOTED_CHARACTERS ? `${masked.slice(0, MAX_QUOTED_CHARACTERS)}…` : masked,
  );
}
