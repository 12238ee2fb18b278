/** Returns the error's code in parentheses after a space, or nothing. Messages may quote secrets, but codes do not. */
export function describeErrorCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? ` (${code})` : '';
}
