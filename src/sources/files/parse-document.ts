import { isScalar, type Node } from 'yaml';

import { quote } from '../../model/printable.ts';
import type { SkipReason } from '../skipped-report.ts';
import { parseYamlDocument, TooDeepError, withoutQuote } from './yaml-document.ts';

export type ParsedDocument =
  | { readonly type: 'value'; readonly value: unknown }
  | { readonly type: 'problem'; readonly reason: SkipReason; readonly message: string };

/** A YAML document can be empty: after the last marker, or if it contains only comments. */
export type ParsedYaml = ParsedDocument | { readonly type: 'nothing' };

/** More aliases than any Kubernetes object has. Expansion attacks need far more. */
const MAX_YAML_ALIASES = 100;

/** Maximum length of a parser message, which may quote the document. */
const MAX_MESSAGE = 160;

export function parseJson(bytes: Buffer): ParsedDocument {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return { type: 'value', value };
  } catch (error) {
    return { type: 'problem', reason: 'invalid_json', message: describeJsonError(error) };
  }
}

export function parseYaml(bytes: Buffer): ParsedYaml {
  try {
    const { document, problem } = parseYamlDocument(bytes.toString('utf8'));
    if (problem !== undefined) return yamlProblem(problem);
    if (document === undefined || isNothing(document.contents)) return { type: 'nothing' };
    const value: unknown = document.toJS({ maxAliasCount: MAX_YAML_ALIASES });
    return { type: 'value', value };
  } catch (error) {
    if (error instanceof TooDeepError) {
      return { type: 'problem', reason: 'too_deep', message: error.message };
    }
    return yamlProblem(withoutQuote(firstLine(error)));
  }
}

/** Distinguishes an empty document from an explicit `null`. */
function isNothing(contents: Node | null): boolean {
  return (
    contents === null || (isScalar(contents) && contents.source === '' && contents.value === null)
  );
}

function yamlProblem(message: string): ParsedDocument {
  if (message.includes('alias count')) {
    return {
      type: 'problem',
      reason: 'too_large',
      message: 'its YAML aliases expand to too many values',
    };
  }
  return { type: 'problem', reason: 'invalid_yaml', message };
}

/** Without the quoted part of the document, because the user may not have named the file. */
function describeJsonError(error: unknown): string {
  const [reason = ''] = firstLine(error).split(/,? (?:\.{3})?"/);
  return reason === '' ? 'invalid JSON' : `invalid JSON: ${reason}`;
}

function firstLine(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return quote(line.replace(/:$/, ''), MAX_MESSAGE);
}
