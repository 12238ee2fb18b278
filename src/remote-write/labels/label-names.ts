/**
 * The name that a label gets where only `[a-zA-Z_][a-zA-Z0-9_]*` is taken: every other character
 * becomes `_`. It never begins with `__`, which is reserved. Empty if the name is.
 */
export function sanitizeLabelName(name: string): string {
  return replaceIllegal(name, /[^a-zA-Z0-9_]/gu).replace(/^__+/, '_');
}

/** Like `sanitizeLabelName`, for `[a-zA-Z_:][a-zA-Z0-9_:]*`. */
export function sanitizeMetricName(name: string): string {
  return replaceIllegal(name, /[^a-zA-Z0-9_:]/gu);
}

function replaceIllegal(name: string, illegal: RegExp): string {
  return name.replaceAll(illegal, '_').replace(/^(?=[0-9])/, '_');
}
