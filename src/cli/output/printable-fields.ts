import { quote, toPrintable } from '../../model/printable.ts';

/** Longer than any message of this program. Longer ones quote something. */
const MAX_TEXT = 4096;
const MAX_ITEMS = 100;
const MAX_DEPTH = 4;

/**
 * A log entry's message or fields with all texts printable and short. Names come from scan results and servers,
 * and a terminal obeys control characters.
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

/** Keeps the line breaks of a stack trace. */
export function toPrintableStack(stack: string): string {
  return stack.slice(0, MAX_TEXT).split('\n').map(toPrintable).join('\n');
}
