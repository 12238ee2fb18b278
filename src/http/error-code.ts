/** The code of a system error in parentheses after a space, or nothing. Messages may quote secrets, codes do not. */
export function describeErrorCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? ` (${code})` : '';
}
