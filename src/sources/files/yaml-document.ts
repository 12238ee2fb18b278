import { Composer, type CST, type Document, Lexer, LineCounter, Parser } from 'yaml';

/** Collections lie in each other more deeply than is read. */
export class TooDeepError extends Error {
  override readonly name = 'TooDeepError';
}

export interface YamlDocument {
  /** `undefined` if the text has none. */
  readonly document: Document.Parsed | undefined;
  /** The first thing that is wrong with it, and where. */
  readonly problem: string | undefined;
}

/** Levels of the parser, which takes up to two for each collection; no scan result has a tenth. */
const MAX_DEPTH = 200;

/**
 * Parses the first document of a text, step by step, because the step that builds it calls itself
 * for each level: a text of nothing but brackets would run out of stack there, and Node does not
 * always survive that.
 *
 * @throws {TooDeepError} Before anything is built.
 */
export function parseYamlDocument(text: string): YamlDocument {
  const lines = new LineCounter();
  lines.addNewLine(0);
  // Comparing each key with all before it takes hours for a map of a million keys.
  const composer = new Composer({ uniqueKeys: false });
  const [document] = composer.compose(shallowTokens(text, lines), true, text.length);
  const [error] = document?.errors ?? [];
  if (error === undefined) return { document, problem: undefined };
  const { line, col } = lines.linePos(error.pos[0]);
  return { document, problem: `${error.message} at line ${line}, column ${col}` };
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
