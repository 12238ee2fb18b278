import { describeBytes } from './describe-bytes.ts';
import {
  type ContentSource,
  type DocumentReader,
  type FileDocument,
  nameOf,
  problem,
} from './file-document.ts';
import { parseYaml } from './parse-document.ts';
import { type YamlPiece, YamlSplitter } from './yaml-splitter.ts';

/** The YAML parser needs about ten times the size of a document in memory, and a second for 10 MB. */
const MAX_YAML_BYTES = 16 * 2 ** 20;

const marker = Buffer.from('---\n');

export function createYamlReader({ path, maxDocumentBytes }: ContentSource): DocumentReader {
  const maxBytes = Math.min(maxDocumentBytes, MAX_YAML_BYTES);
  const splitter = new YamlSplitter(maxBytes);
  function* documents(pieces: readonly YamlPiece[]): Generator<FileDocument> {
    for (const { bytes, line } of pieces) {
      if (bytes !== undefined && isOnlyMarker(bytes)) continue;
      const where = `${nameOf(path)}:${line}`;
      if (bytes === undefined) {
        const limit = describeBytes(maxBytes);
        const message = `larger than the limit of ${limit} for YAML; save it as JSON`;
        yield problem(where, 'too_large', message);
      } else yield* readDocument(bytes, where);
    }
  }
  return {
    isDone: false,
    push: (chunk) => documents(splitter.push(chunk)),
    end: () => documents(splitter.end()),
  };
}

/** A list is read as a list of documents, as in JSON. */
function* readDocument(bytes: Buffer, where: string): Generator<FileDocument> {
  const parsed = parseYaml(bytes);
  if (parsed.type === 'problem') yield problem(where, parsed.reason, parsed.message);
  if (parsed.type !== 'value') return;
  const { value } = parsed;
  if (!Array.isArray(value)) yield { type: 'value', value, where, isItem: false };
  else {
    for (const [index, item] of value.entries()) {
      yield { type: 'value', value: item, where: `${where}[${index}]`, isItem: false };
    }
  }
}

/** A file may contain nothing but millions of markers. */
function isOnlyMarker(bytes: Buffer): boolean {
  return bytes.length <= marker.length && marker.subarray(0, bytes.length).equals(bytes);
}
