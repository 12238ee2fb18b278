import type * as z from 'zod';

import type { ConfigFile, KeyPath, RawObject } from './config-file.ts';

/** Spellings of YAML 1.1 that Prometheus accepts for a boolean. */
const booleans: ReadonlyMap<string, boolean> = new Map([
  ['yes', true],
  ['on', true],
  ['no', false],
  ['off', false],
]);

/**
 * Converts values that YAML parsed as a type that the key does not have, as Prometheus does: an unquoted number
 * becomes text where text is expected, and `yes` becomes true where a boolean is expected.
 *
 * @returns Whether a value was converted.
 */
export function convertUnquoted(
  raw: RawObject,
  issues: readonly z.core.$ZodIssue[],
  file: ConfigFile,
): boolean {
  let isConverted = false;
  for (const issue of issues) {
    if (issue.code !== 'invalid_type') continue;
    const value = convert(issue.expected, issue.path, file);
    isConverted = (value !== undefined && replaceAt(raw, issue.path, value)) || isConverted;
  }
  return isConverted;
}

function convert(expected: string, path: KeyPath, file: ConfigFile): string | boolean | undefined {
  const text = file.textAt(path);
  if (expected === 'boolean') return booleans.get(text?.toLowerCase() ?? '');
  return expected === 'string' ? text : undefined;
}

/** Replaces a scalar. Returns false if it already has the value. */
function replaceAt(raw: unknown, path: KeyPath, value: string | boolean): boolean {
  const [key = '', ...rest] = path;
  if (typeof raw !== 'object' || raw === null) return false;
  if (rest.length > 0) return replaceAt(Reflect.get(raw, key), rest, value);
  return Reflect.get(raw, key) !== value && Reflect.set(raw, key, value);
}
