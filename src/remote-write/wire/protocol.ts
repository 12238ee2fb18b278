import type { TimeSeries } from '../time-series.ts';

export type ProtocolVersion = '1.0' | '2.0';

/** Selects a series by its index in a message, starting at 0. */
export type IsWanted = (index: number) => boolean;

/** Headers and message format of one remote-write version. */
export interface Protocol {
  readonly version: ProtocolVersion;
  /** Must be byte-exact: an additional space makes a receiver expect another message type. */
  readonly headers: Readonly<Record<string, string>>;
  createEncoder(): RequestEncoder;
  /**
   * Decodes all series of a message, or only the wanted ones.
   *
   * @throws {RangeError | Error} The message was not encoded by an encoder of this version.
   */
  decode(message: Uint8Array, isWanted?: IsWanted): TimeSeries[];
  /**
   * Replaces all timestamps of a message in place. Returns false and changes nothing if the new timestamp has
   * another length. All timestamps from 2004 to 2109 take six bytes.
   */
  restamp(message: Uint8Array, timestampMs: number): boolean;
}

/** Builds protobuf messages in a reusable buffer. */
export interface RequestEncoder {
  /** Adds a series. Returns false and changes nothing if the message would exceed `maxBytes`. */
  tryAdd(series: TimeSeries, maxBytes: number): boolean;
  /** Returns the message, which is valid until the next call. The next series starts a new message. */
  finish(): Uint8Array;
}
