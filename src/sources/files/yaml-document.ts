import { CORE_SCHEMA, load, YAMLException } from 'js-yaml';

import type { SkipReason } from '../skipped-report.ts';

/** The text is not YAML, or exceeds a limit. The message contains no part of the text. */
export class YamlError extends Error {
  override readonly name = 'YamlError';
  readonly reason: SkipReason;

  constructor(reason: SkipReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** No scan result has a tenth of this depth. The limit protects the parser, which is recursive. */
const MAX_DEPTH = 100;

/** Number of keys and values. A scan result of the maximum size has fewer. */
const MAX_NODES = 1_000_000;

/**
 * Parses a document.
 *
 * @throws {YamlError} The text is not YAML, or exceeds a limit.
 */
export function parseYamlDocument(text: string): unknown {
  try {
    // Duplicate keys are accepted and the last one counts, as in most JSON parsers.
    const value: unknown = load(text, { schema: CORE_SCHEMA, json: true, listener: createLimit() });
    checkExpansion(value);
    return value;
  } catch (error) {
    throw error instanceof YAMLException ? toYamlError(error) : error;
  }
}

/** Stops parsing a text that has too many nodes or levels. */
function createLimit(): (event: 'open' | 'close') => void {
  let nodes = 0;
  let depth = 0;
  return (event) => {
    depth += event === 'open' ? 1 : -1;
    if (event === 'open') nodes++;
    if (nodes > MAX_NODES) {
      throw new YamlError('too_large', `more than ${MAX_NODES} YAML values; save it as JSON`);
    }
    // The root and the innermost scalar do not count as levels.
    if (depth > MAX_DEPTH) throw tooDeep();
  };
}

function tooDeep(): YamlError {
  return new YamlError('too_deep', `nested more than ${MAX_DEPTH} levels deep`);
}

/** An alias needs no memory until its value is copied. Copying circular aliases would never end. */
function checkExpansion(root: unknown): void {
  const open: unknown[] = [root];
  for (let values = 0; open.length > 0; values++) {
    if (values > MAX_NODES) {
      throw new YamlError('too_large', 'its YAML aliases expand to too many values');
    }
    const value = open.pop();
    if (typeof value !== 'object' || value === null) continue;
    const children: readonly unknown[] = Object.values(value);
    if (open.length + children.length > MAX_NODES) values = MAX_NODES;
    else for (const child of children) open.push(child);
  }
}

/**
 * A reason can end with a part of the text, which must not be quoted if the user did not name the file.
 */
function toYamlError({ reason, mark }: YAMLException): YamlError {
  if (reason.startsWith('nesting exceeded')) return tooDeep();
  const [start = ''] = reason.split(/["<:!]/);
  const place = `line ${mark.line + 1}, column ${mark.column + 1}`;
  return new YamlError('invalid_yaml', `${start.trim() || 'invalid YAML'} at ${place}`);
}
