/**
 * Go, and therefore Prometheus, maps each character to one character: `ß` has no upper case, and a small sigma
 * does not depend on its position. JavaScript applies Unicode's full mapping to the whole text.
 */
const NOT_ASCII = /[^\0-\x7f]/;

/** Characters whose simple mapping exists and differs from the full mapping. */
const SIMPLE_LOWER: ReadonlyMap<string, string> = new Map([['\u0130', 'i']]);
const SIMPLE_UPPER: ReadonlyMap<string, string> = new Map([
  ...pairs(0x1f80, 8),
  ...pairs(0x1f90, 8),
  ...pairs(0x1fa0, 8),
  ['\u1fb3', '\u1fbc'],
  ['\u1fc3', '\u1fcc'],
  ['\u1ff3', '\u1ffc'],
]);

export function toLowerCase(text: string): string {
  if (!NOT_ASCII.test(text)) return text.toLowerCase();
  return Array.from(
    text,
    (char) => SIMPLE_LOWER.get(char) ?? single(char, char.toLowerCase()),
  ).join('');
}

export function toUpperCase(text: string): string {
  if (!NOT_ASCII.test(text)) return text.toUpperCase();
  return Array.from(
    text,
    (char) => SIMPLE_UPPER.get(char) ?? single(char, char.toUpperCase()),
  ).join('');
}

function single(char: string, mapped: string): string {
  return Array.from(mapped).length === 1 ? mapped : char;
}

/** Pairs of small Greek letters with an iota subscript and their capitals, eight code points later. */
function pairs(first: number, count: number): [string, string][] {
  return Array.from({ length: count }, (_, index) => [
    String.fromCodePoint(first + index),
    String.fromCodePoint(first + index + 8),
  ]);
}
