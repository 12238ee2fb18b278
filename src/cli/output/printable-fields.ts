import { quote, toPrintable } from '../../model/printable.ts';

/** More characters than any message of this program has. Longer messages quote something. */
const MAX_TEXT = 4096;
const MAX_ITEMS = 100;
const MAX_DEPTH = 4;

/**
 * Returns a log entry's message or fields with all texts printable and short. Names come from scan
 * results and servers, and a terminal would obey their control characters.
 */
export function toPrintableField(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return quote(value, MAX_TEXT);
  if (typeof value !== 'object' || value === null || value instanceof Error) return value;
  if (depth >= MAX_DEPTH) return '…';
  if (Array.isArray(value)) {
    return value.slice(0, MAX_ITEMS).map((item) => toPrintableField(item, depth + 1));
  }
  const entries = Object.entries(value).slice(0, MAX_ITEMS);
  return Object.fromEntries(
    entries.map(([key, field]) => [quote(key), toPrintableField(field, depth + 1)]),
  );
}

/** Keeps the line breaks of stack traces. */
export function toPrintableStack(stack: string): string {
  return stack.slice(0, MAX_TEXT).split('\n').map(toPrintable).join('\n');
}
