/**
 * Makes a name match `[a-zA-Z_][a-zA-Z0-9_]*` by replacing other characters with `_`. The result never starts
 * with the reserved `__`. Empty names stay empty.
 */
export function sanitizeLabelName(name: string): string {
  return replaceIllegal(name, /[^a-zA-Z0-9_]/gu).replace(/^__+/, '_');
}

/** Like `sanitizeLabelName`, for metric names: `[a-zA-Z_:][a-zA-Z0-9_:]*`. */
export function sanitizeMetricName(name: string): string {
  return replaceIllegal(name, /[^a-zA-Z0-9_:]/gu);
}

function replaceIllegal(name: string, illegal: RegExp): string {
  return name.replaceAll(illegal, '_').replace(/^(?=[0-9])/, '_');
}
