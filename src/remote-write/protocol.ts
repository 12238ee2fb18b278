import type { TimeSeries } from './time-series.ts';

/** One version of the remote write protocol: its headers and its message. */
export interface Protocol {
  /** Byte-exact: receivers compare them, a space too many makes them read another message. */
  readonly headers: Readonly<Record<string, string>>;
  createEncoder(): RequestEncoder;
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
