import { ConfigError } from './config-error.ts';
import type { Option } from './options.ts';

/**
 * Converts the texts of a flag or variable into the value that the configuration file would contain.
 * The schema validates the result, so a text that is not a number stays a text.
 *
 * @param origin Flag or variable, for messages.
 * @throws {ConfigError} A pair has no equals sign.
 */
export function readOptionTexts(option: Option, texts: readonly string[], origin: string): unknown {
  const [last = ''] = texts.slice(-1);
  switch (option.kind) {
    case 'list':
      return texts;
    case 'endpoints':
      return texts.map((url) => ({ url }));
    case 'pairs':
      return Object.fromEntries(texts.map((text) => readPair(text, origin)));
    case 'number':
      return /^-?\d+(?:\.\d+)?$/.test(last) ? Number(last) : last;
    case 'switch':
      return switches.get(last) ?? last;
    case 'text':
      return last;
    default:
      return option.kind satisfies never;
  }
}

const switches: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
]);

/** Splits the value of a repeatable option at commas. */
export function splitVariable(option: Option, text: string): string[] {
  const isRepeatable =
    option.kind === 'list' || option.kind === 'pairs' || option.kind === 'endpoints';
  if (!isRepeatable) return [text];
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function readPair(text: string, origin: string): [string, string] {
  const index = text.indexOf('=');
  if (index < 1) throw new ConfigError(`${origin}: write each value as name=value`);
  return [text.slice(0, index), text.slice(index + 1)];
}
