import { quote } from '../../model/printable.ts';
import type { SkipReason } from '../skipped-report.ts';
import { estimateMemory } from './estimate-memory.ts';
import { parseYamlDocument, YamlError } from './yaml-document.ts';

export type ParsedDocument =
  | { readonly type: 'value'; readonly value: unknown }
  | { readonly type: 'problem'; readonly reason: SkipReason; readonly message: string };

/** A YAML document can be empty: after the last marker, or if it contains only comments. */
export type ParsedYaml = ParsedDocument | { readonly type: 'nothing' };

/** Smaller documents cannot exceed the limit, so they are not checked. */
const SMALL_BYTES = 2 * 2 ** 20;

/**
 * Limit for the memory of one document, without its strings. Scan results need one to three bytes for
 * each byte of text, but a text of nothing but brackets needs twenty.
 */
const MAX_MEMORY_BYTES = 192 * 2 ** 20;

/** Maximum length of a parser message, which may quote the document. */
const MAX_MESSAGE = 160;

export function parseJson(bytes: Buffer): ParsedDocument {
  if (bytes.length > SMALL_BYTES && estimateMemory(bytes) > MAX_MEMORY_BYTES) {
    const message = 'has too many values for a scan result; split it, or remove unneeded parts';
    return { type: 'problem', reason: 'too_large', message };
  }
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return { type: 'value', value };
  } catch (error) {
    return { type: 'problem', reason: 'invalid_json', message: describeJsonError(error) };
  }
}

export function parseYaml(bytes: Buffer): ParsedYaml {
  const text = bytes.toString('utf8');
  if (isBlank(text)) return { type: 'nothing' };
  try {
    return { type: 'value', value: parseYamlDocument(text) };
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    return { type: 'problem', reason: error.reason, message: error.message };
  }
}

/** Directives before a document, if there are any. */
const directives = /^(?:%[^\n]*\n){1,10}(?=---)/;

/** Matches a line that is neither empty nor a comment nor a marker. */
const content = /^(?!(?:(?:---|\.\.\.)(?=\s|$))?[ \t]*(?:#[^\n]*)?$)/m;

/** Distinguishes an empty document from an explicit `null`. */
function isBlank(text: string): boolean {
  return !content.test(text.replace(directives, ''));
}

/**
 * Removes the quoted part of the document from a message, because the user may not have named the file.
 */
function describeJsonError(error: unknown): string {
  const [reason = ''] = firstLine(error).split(/,? (?:\.{3})?"/);
  return reason === '' ? 'invalid JSON' : `invalid JSON: ${reason}`;
}

function firstLine(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return quote(line.replace(/:$/, ''), MAX_MESSAGE);
}
