import { Composer, type CST, type Document, Lexer, LineCounter, Parser } from 'yaml';

/** Thrown if the nesting exceeds the limit. */
export class TooDeepError extends Error {
  override readonly name = 'TooDeepError';
}

export interface YamlDocument {
  /** Absent if the text contains no document. */
  readonly document: Document.Parsed | undefined;
  /** The first syntax error with its position. */
  readonly problem: string | undefined;
}

/** Maximum number of parser levels; a collection uses up to two. No scan result has a tenth of this. */
const MAX_DEPTH = 200;

/**
 * Parses the first document of a text. Checks the nesting before building the document, because the builder
 * is recursive: a text of nothing but brackets would exhaust the stack, which can end the process.
 *
 * @throws {TooDeepError} The nesting exceeds the limit.
 */
export function parseYamlDocument(text: string): YamlDocument {
  const lines = new LineCounter();
  lines.addNewLine(0);
  // Checking for duplicate keys is quadratic and takes hours for a million keys.
  const composer = new Composer({ uniqueKeys: false });
  const [document] = composer.compose(shallowTokens(text, lines), true, text.length);
  const [error] = document?.errors ?? [];
  if (error === undefined) return { document, problem: undefined };
  const { line, col } = lines.linePos(error.pos[0]);
  return { document, problem: `${withoutQuote(error.message)} at line ${line}, column ${col}` };
}

/** The parser's messages end with a part of the text after a colon. The user may not have named the file. */
export function withoutQuote(message: string): string {
  return message.split(/:|\n/)[0] ?? '';
}

function shallowTokens(text: string, lines: LineCounter): CST.Token[] {
  const parser = new Parser(lines.addNewLine);
  const tokens: CST.Token[] = [];
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme));
    if (parser.stack.length > MAX_DEPTH) {
      throw new TooDeepError(`nested more than ${MAX_DEPTH} levels deep`);
    }
  }
  return [...tokens, ...parser.end()];
}
