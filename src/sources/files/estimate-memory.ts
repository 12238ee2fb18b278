import { endOfString, meaning, meaningOf } from './json-bytes.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;

/** Estimated bytes for an object, a list, an element of a list and a property. */
const OBJECT_BYTES = 64;
const LIST_BYTES = 48;
const ELEMENT_BYTES = 24;
const PROPERTY_BYTES = 16;

/**
 * An object with more properties than this becomes a hash table, with keys that no other object shares.
 */
const MAX_SHARED_KEYS = 128;
const OWN_KEY_BYTES = 128;

/** Estimates the memory that a parsed JSON text takes, without its strings. */
export function estimateMemory(json: Buffer): number {
  let memory = 0;
  /** Number of properties since the last bracket. */
  let properties = 0;
  for (let index = 0; index < json.length; index++) {
    const byte = json[index];
    if (byte === QUOTE) {
      const end = endOfString(json, index + 1);
      if (end < 0) return memory;
      index = end;
    } else if (byte === COMMA) memory += ELEMENT_BYTES;
    else if (byte === COLON)
      memory += ++properties > MAX_SHARED_KEYS ? OWN_KEY_BYTES : PROPERTY_BYTES;
    else if (meaningOf(byte) === meaning.open || meaningOf(byte) === meaning.close) {
      properties = 0;
      memory += bytesOf(byte);
    }
  }
  return memory;
}

function bytesOf(bracket: number | undefined): number {
  if (meaningOf(bracket) === meaning.close) return 0;
  return bracket === OPEN_BRACE ? OBJECT_BYTES : LIST_BYTES;
}
