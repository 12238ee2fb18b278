import { Composer, type Document, Lexer, Parser, type CST } from 'yaml';

/** Collections lie in each other more deeply than is read. */
export class TooDeepError extends Error {
  override readonly name = 'TooDeepError';
}

/** Twenty times as deep as any scan result is. */
const MAX_DEPTH = 200;

/**
 * Parses the first document of a text, step by step, because the step that builds it calls itself
 * for each level: a text of nothing but brackets would run out of stack there, and Node does not
 * always survive that.
 *
 * @throws {TooDeepError} Before anything is built.
 */
export function parseYamlDocument(text: string): Document.Parsed | undefined {
  // Comparing each key with all before it takes hours for a map of a million keys.
  const composer = new Composer({ uniqueKeys: false });
  const [document] = composer.compose(shallowTokens(text), true, text.length);
  return document;
}

function shallowTokens(text: string): CST.Token[] {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme));
    if (parser.stack.length > MAX_DEPTH) {
      throw new TooDeepError(`nested more than ${MAX_DEPTH} levels deep`);
    }
  }
  return [...tokens, ...parser.end()];
}
