import { errorKind } from '../error-kind.ts';

/** Matches characters that would break a message into lines or be invisible in it. */
const UNPRINTABLE = /[\s\p{Cc}]+/gu;

export function printable(text: string): string {
  return text.replaceAll(UNPRINTABLE, ' ').trim();
}

/**
 * Returns a response body as one line. Prometheus describes each rejected sample in a separate line, so only the
 * first line of each kind is quoted.
 */
export function quoteBody(body: string): string {
  const title = pageTitle(body);
  if (title !== undefined) return title === '' ? 'an HTML page' : `an HTML page titled "${title}"`;
  const lines = new Map<string, { readonly example: string; count: number }>();
  for (const line of linesOf(body)) {
    const kind = errorKind(line);
    const known = lines.get(kind) ?? { example: line, count: 0 };
    known.count++;
    lines.set(kind, known);
  }
  return Array.from(lines.values(), ({ example, count }) =>
    count === 1 ? example : `${example} (and ${count - 1} more)`,
  ).join(' ');
}

/** Returns the maximum number of samples that the body can mention, assuming one per line. */
export function countLines(body: string): number {
  return linesOf(body).length;
}

function linesOf(body: string): string[] {
  const lines = body.split('\n').map((line) => printable(line));
  return lines.filter((line) => line !== '');
}

/** Proxies and login pages answer with HTML. Its title is more informative than its beginning. */
export function pageTitle(body: string): string | undefined {
  if (!/^\s*<(?:!doctype html|html)\b/i.test(body)) return undefined;
  return printable(/<title[^>]*>([^<]*)/i.exec(body)?.[1] ?? '');
}
