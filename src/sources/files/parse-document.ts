import { parse } from 'yaml';

import type { SkipReason } from '../skipped-report.ts';

export type ParsedDocument =
  | { readonly type: 'value'; readonly value: unknown }
  | { readonly type: 'problem'; readonly reason: SkipReason; readonly message: string };

/** More aliases than any printed Kubernetes object has; what explodes has far more. */
const MAX_YAML_ALIASES = 100;

/** Parsers quote the place; a line for a person needs no more than this of it. */
const MAX_MESSAGE = 160;

export function parseJson(bytes: Buffer): ParsedDocument {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return { type: 'value', value };
  } catch (error) {
    return { type: 'problem', reason: 'invalid_json', message: firstLine(error) };
  }
}

export function parseYaml(bytes: Buffer): ParsedDocument {
  try {
    const value: unknown = parse(bytes.toString('utf8'), {
      maxAliasCount: MAX_YAML_ALIASES,
      // Comparing each key with all before it takes hours for a map of a million keys.
      uniqueKeys: false,
      logLevel: 'error',
    });
    return { type: 'value', value };
  } catch (error) {
    return yamlProblem(firstLine(error));
  }
}

function yamlProblem(message: string): ParsedDocument {
  if (message.includes('call stack')) {
    return { type: 'problem', reason: 'too_deep', message: 'nested too deep to be read' };
  }
  if (message.includes('alias count')) {
    return {
      type: 'problem',
      reason: 'too_large',
      message: 'its aliases multiply beyond what is read',
    };
  }
  return { type: 'problem', reason: 'invalid_yaml', message };
}

function firstLine(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  const printable = line.replaceAll(/\p{Cc}/gu, ' ').replace(/:$/, '');
  return printable.length > MAX_MESSAGE ? `${printable.slice(0, MAX_MESSAGE)}…` : printable;
}
