/** A request body in terms that both protocol versions share. */
export interface DecodedRequest {
  readonly protocol: '1.0' | '2.0';
  readonly series: readonly DecodedSeries[];
  /** Metadata of metric families, which 1.0 sends apart from series. */
  readonly families?: readonly DecodedFamily[];
  /** Symbol table of a 2.0 request. */
  readonly symbols?: readonly string[];
  /** Problems of the message itself, one sentence each. */
  readonly violations: readonly string[];
}

export interface DecodedSeries {
  /** In the order of the wire. */
  readonly labels: readonly DecodedLabel[];
  readonly samples: readonly DecodedSample[];
  /** Only in 2.0. */
  readonly metadata?: DecodedMetadata;
}

export interface DecodedMetadata {
  /** Field number in the message. */
  readonly type: number;
  readonly help: string;
}

export interface DecodedFamily extends DecodedMetadata {
  readonly name: string;
}

export interface DecodedLabel {
  readonly name: string;
  readonly value: string;
}

export interface DecodedSample {
  /** The 64 bits of the double. */
  readonly bits: bigint;
  readonly timestampMs: number;
}

export const STALE_BITS = 0x7ff0_0000_0000_0002n;

export function toNumber(bits: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, bits);
  return view.getFloat64(0);
}
