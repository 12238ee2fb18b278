import { API_VERSION } from './object-meta.ts';
import type { VulnerabilityManifest, VulnerabilityManifestSummary } from './object-types.ts';

export interface ListFormat {
  /** Spaces per level; 0 like the server. @default 0 */
  readonly indent?: number;
}

/** Writes a list in the format of the API, item by item, so that it is never completely in memory. */
export function* listLines(
  kind: 'VulnerabilityManifestList' | 'VulnerabilityManifestSummaryList',
  items: Iterable<VulnerabilityManifest | VulnerabilityManifestSummary>,
  { indent = 0 }: ListFormat = {},
): Generator<string> {
  const head = { kind, apiVersion: API_VERSION, metadata: {} };
  const [opened = ''] = JSON.stringify({ ...head, items: [] }, undefined, indent).split(']');
  const newline = indent === 0 ? '' : '\n';
  const margin = ' '.repeat(2 * indent);

  yield opened;
  let separator = newline;
  for (const item of items) {
    yield `${separator}${indented(item, indent, margin)}`;
    separator = `,${newline}`;
  }
  yield `${newline}${' '.repeat(indent)}]${newline}}\n`;
}

function indented(item: unknown, indent: number, margin: string): string {
  const text = JSON.stringify(item, undefined, indent);
  return indent === 0 ? text : text.replaceAll(/^/gm, margin);
}
