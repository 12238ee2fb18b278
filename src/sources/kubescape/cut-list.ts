import { CLOSE_BRACKET, endOfString, OPEN_BRACE, OPEN_BRACKET } from '../files/json-bytes.ts';

/** A list whose items are still text. */
export interface CutList {
  readonly items: readonly Buffer[];
  /** The list without its items. */
  readonly envelope: string;
}

/**
 * Finds the items of a list without parsing any, so that those which are known need not be.
 * `undefined` for whatever is no object with one list of objects as its `items`: then it is for
 * `JSON.parse` to say what it is.
 */
export function cutList(bytes: Buffer): CutList | undefined {
  const start = findItems(bytes);
  if (start === undefined) return undefined;
  const items: Buffer[] = [];
  let index = skipSpace(bytes, start);
  while (bytes[index] === OPEN_BRACE) {
    const end = endOfContainer(bytes, index);
    items.push(bytes.subarray(index, end));
    index = skipSpace(bytes, end);
    if (bytes[index] !== COMMA) break;
    index = skipSpace(bytes, index + 1);
    // A comma that nothing follows.
    if (bytes[index] === CLOSE_BRACKET) return undefined;
  }
  if (bytes[index] !== CLOSE_BRACKET) return undefined;
  const envelope = bytes.toString('utf8', 0, start) + bytes.toString('utf8', index);
  return { items, envelope };
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const CLOSE_BRACE = 0x7d;

/** Index of the first byte inside the brackets of `items`. */
function findItems(bytes: Buffer): number | undefined {
  let index = skipSpace(bytes, 0);
  if (bytes[index] !== OPEN_BRACE) return undefined;
  do {
    const keyStart = skipSpace(bytes, index + 1);
    const keyEnd = endOfString(bytes, keyStart + 1);
    if (bytes[keyStart] !== QUOTE || keyEnd < 0) return undefined;
    const colon = skipSpace(bytes, keyEnd + 1);
    const value = skipSpace(bytes, colon + 1);
    if (bytes[colon] !== COLON) return undefined;
    if (bytes.toString('latin1', keyStart + 1, keyEnd) === 'items') {
      return bytes[value] === OPEN_BRACKET ? value + 1 : undefined;
    }
    index = skipSpace(bytes, endOfValue(bytes, value));
  } while (bytes[index] === COMMA);
  return undefined;
}

/** Index behind a value, of which only the border is looked for. */
function endOfValue(bytes: Buffer, start: number): number {
  const first = bytes[start];
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return endOfContainer(bytes, start);
  if (first === QUOTE) return endOfShortString(bytes, start + 1) + 1;
  let index = start;
  while (index < bytes.length && bytes[index] !== COMMA && bytes[index] !== CLOSE_BRACE) index++;
  return index;
}

/** Index behind an object or a list; that of the end of all bytes if it has no end. */
function endOfContainer(bytes: Buffer, start: number): number {
  let depth = 0;
  for (let index = start; index < bytes.length; index++) {
    const byte = bytes[index];
    if (byte === QUOTE) index = endOfShortString(bytes, index + 1);
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --depth === 0) return index + 1;
  }
  return bytes.length;
}

/** As `endOfString`; most strings here are too short for a search to pay. */
function endOfShortString(bytes: Buffer, from: number): number {
  let index = from;
  while (index < bytes.length && bytes[index] !== QUOTE)
    index += bytes[index] === BACKSLASH ? 2 : 1;
  return index;
}

function skipSpace(bytes: Buffer, from: number): number {
  let index = from;
  for (; index < bytes.length; index++) {
    const byte = bytes[index];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break;
  }
  return index;
}
