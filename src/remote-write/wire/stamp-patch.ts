import protobuf from 'protobufjs/minimal.js';

import type { Compressor } from './compress.ts';
import type { Protocol } from './protocol.ts';
import { findOrigins } from './snappy-origins.ts';

/**
 * Where the timestamp stands in a compressed request, all of whose samples share it.
 *
 * Snappy writes a text out once and then refers to it. So the timestamp, the same six bytes in
 * every sample, is written out only a few times, and the rest of the request follows when these
 * places change: a new time needs neither unpacking nor packing.
 */
export class StampPatch {
  /** Of the compressed request. */
  readonly #places: Uint32Array;
  /** Which byte of the timestamp belongs there. */
  readonly #digits: Uint8Array;
  readonly #length: number;

  private constructor(digitByPlace: ReadonlyMap<number, number>, length: number) {
    this.#places = Uint32Array.from(digitByPlace.keys());
    this.#digits = Uint8Array.from(digitByPlace.values());
    this.#length = length;
  }

  /**
   * Undefined if a byte of the timestamp is written out for something else as well, or for another
   * byte of it.
   *
   * @throws {Error} If the body is no request that was encoded here.
   */
  static find(
    body: Uint8Array,
    { protocol, compressor }: { readonly protocol: Protocol; readonly compressor: Compressor },
  ): StampPatch | undefined {
    const message = compressor.uncompress(body);
    const { starts, length } = protocol.findTimestamps(message);
    const origins = findOrigins(body);
    const digitByPlace = new Map<number, number>();
    for (const start of starts) {
      for (let digit = 0; digit < length; digit++) {
        const place = origins[start + digit] ?? 0;
        if ((digitByPlace.get(place) ?? digit) !== digit) return undefined;
        digitByPlace.set(place, digit);
      }
    }
    const uses = countUses(origins, digitByPlace, body.length);
    return uses === starts.length * length ? new StampPatch(digitByPlace, length) : undefined;
  }

  /** A copy with another time; undefined if that has another length. */
  apply(body: Uint8Array, timestampMs: number): Uint8Array | undefined {
    const stamp = protobuf.Writer.create().int64(timestampMs).finish();
    if (stamp.length !== this.#length) return undefined;
    const patched = Uint8Array.from(body);
    for (let i = 0; i < this.#places.length; i++) {
      patched[this.#places[i] ?? 0] = stamp[this.#digits[i] ?? 0] ?? 0;
    }
    return patched;
  }
}

/** How many unpacked bytes come from these places. */
function countUses(
  origins: Uint32Array,
  places: ReadonlyMap<number, number>,
  bodyLength: number,
): number {
  const isPlace = new Uint8Array(bodyLength);
  for (const place of places.keys()) isPlace[place] = 1;
  let uses = 0;
  for (const origin of origins) uses += isPlace[origin] ?? 0;
  return uses;
}
