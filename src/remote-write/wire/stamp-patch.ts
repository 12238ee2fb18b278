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

  private constructor(places: readonly number[], digits: readonly number[], length: number) {
    this.#places = Uint32Array.from(places);
    this.#digits = Uint8Array.from(digits);
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
    const { starts, length } = protocol.findTimestamps(compressor.uncompress(body));
    const origins = findOrigins(body);
    /** For each place, which byte of the timestamp it is, from 1; 0 for none. */
    const roles = new Uint8Array(body.length);
    const places: number[] = [];
    for (const start of starts) {
      for (let digit = 0; digit < length; digit++) {
        const place = origins[start + digit] ?? 0;
        if (roles[place] === digit + 1) continue;
        if (roles[place] !== 0) return undefined;
        roles[place] = digit + 1;
        places.push(place);
      }
    }
    if (countUses(origins, roles) !== starts.length * length) return undefined;
    const digits = places.map((place) => (roles[place] ?? 1) - 1);
    return new StampPatch(places, digits, length);
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

/** How many unpacked bytes come from places with a role. */
function countUses(origins: Uint32Array, roles: Uint8Array): number {
  let uses = 0;
  for (let i = 0; i < origins.length; i++) if (roles[origins[i] ?? 0] !== 0) uses++;
  return uses;
}
