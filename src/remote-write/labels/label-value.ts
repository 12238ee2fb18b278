/**
 * Returns valid Unicode, with lone surrogates replaced by U+FFFD, truncated between two characters to at most
 * `maxBytes` of UTF-8. Returns the same text if nothing changes.
 */
export function cleanLabelValue(value: string, maxBytes: number): string {
  // A UTF-16 unit takes at most three bytes in UTF-8.
  if (value.length * 3 <= maxBytes && value.isWellFormed()) return value;
  const bytes = Buffer.from(value, 'utf8');
  return bytes.toString('utf8', 0, characterBoundary(bytes, maxBytes));
}

/** Returns the last character boundary at or before `end`. UTF-8 continuation bytes are 10xxxxxx. */
function characterBoundary(bytes: Buffer, end: number): number {
  let boundary = Math.min(end, bytes.length);
  while (boundary > 0 && ((bytes[boundary] ?? 0) & 0b1100_0000) === 0b1000_0000) boundary--;
  return boundary;
}
