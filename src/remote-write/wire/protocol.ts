import type { TimeSeries } from '../time-series.ts';
import type { TimestampPlaces } from './restamp.ts';

export type ProtocolVersion = '1.0' | '2.0';

/** Given the index of a series in a message, from 0. */
export type IsWanted = (index: number) => boolean;

/** One version of the remote write protocol: its headers and its message. */
export interface Protocol {
  readonly version: ProtocolVersion;
  /** Byte-exact: receivers compare them, a space too many makes them read another message. */
  readonly headers: Readonly<Record<string, string>>;
  createEncoder(): RequestEncoder;
  /**
   * The series of a message that an encoder of this version made, or only those that are wanted.
   *
   * @throws {RangeError | Error} If it is none.
   */
  decode(message: Uint8Array, isWanted?: IsWanted): TimeSeries[];
  /**
   * Gives all samples of such a message another timestamp, in place. The answer is false, and the
   * message as it was, if the new one does not take the same number of bytes: from 2004 to 2109 all
   * take six.
   */
  restamp(message: Uint8Array, timestampMs: number): boolean;
  /** Where they are in such a message. */
  findTimestamps(message: Uint8Array): TimestampPlaces;
}

/** Builds one protobuf message after the other, in one buffer that is used again and again. */
export interface RequestEncoder {
  /**
   * Adds a series, unless the message would then exceed `maxBytes`: it is left as it was in this
   * case, and the answer is false.
   */
  tryAdd(series: TimeSeries, maxBytes: number): boolean;
  /** The bytes of the message, valid until the next call. The next series begins a new message. */
  finish(): Uint8Array;
}
