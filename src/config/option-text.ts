import { ConfigError } from './config-error.ts';
import type { Option } from './options.ts';

/**
 * Turns texts of a flag or a variable into what the configuration file would hold. The schema
 * checks it afterwards, so a text that is no number is passed on for it to refuse.
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

/** In a variable, the values of a repeatable option are parted by commas. */
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
  if (index < 1) throw new ConfigError(`${origin}: expected name=value`);
  return [text.slice(0, index), text.slice(index + 1)];
}
