import {
  type ContentSource,
  type DocumentReader,
  type FileDocument,
  nameOf,
  problem,
} from './file-document.ts';
import type { JsonPiece } from './json-piece.ts';
import { JsonSplitter } from './json-splitter.ts';
import { parseJson } from './parse-document.ts';

export function createJsonReader({ path, ...options }: ContentSource): DocumentReader {
  const lineDelimited = /\.(?:ndjson|jsonl)(\.gz)?$/i.test(path);
  const splitter = new JsonSplitter({ ...options, lineDelimited });
  function* documents(pieces: JsonPiece[]): Generator<FileDocument> {
    pieces.reverse();
    // A piece may have the maximum size, so it is released before its value is used.
    for (let next = readNext(pieces, path); next !== undefined; next = readNext(pieces, path)) {
      yield next;
    }
  }
  return {
    isDone: false,
    push: (chunk) => documents(splitter.push(chunk)),
    end: () => documents(splitter.end()),
  };
}

function readNext(pieces: JsonPiece[], path: string): FileDocument | undefined {
  const piece = pieces.pop();
  return piece && toDocument(piece, `${nameOf(path)}:${piece.line}`);
}

function toDocument(piece: JsonPiece, where: string): FileDocument {
  if (piece.type === 'problem') return problem(where, piece.reason, piece.message);
  const parsed = parseJson(piece.bytes);
  return parsed.type === 'problem'
    ? problem(where, parsed.reason, parsed.message)
    : { type: 'value', value: parsed.value, where, isItem: piece.isItem };
}
