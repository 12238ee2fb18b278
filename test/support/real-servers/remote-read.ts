import protobuf from 'protobufjs/minimal.js';
import snappy from 'snappyjs';

import { decodeV1 } from '../fake-receiver/decode-v1.ts';
import { STALE_BITS, toNumber } from '../fake-receiver/decoded.ts';
import type { StoredSample } from '../fake-receiver/sample-store.ts';

/** `prometheus.LabelMatcher.Type`. */
const EQUAL = 0;
const MATCHES = 2;

const READ_MS = 10_000;

export interface StoredRange {
  /** RE2 expression for the whole name. */
  readonly name: string;
  readonly cluster: string;
  /** Milliseconds since the Unix epoch. */
  readonly fromMs?: number;
}

/**
 * Returns all samples that Prometheus has stored, each series in the order of time. Uses remote read,
 * because queries never return stale markers.
 */
export async function storedSamples(
  url: string,
  { name, cluster, fromMs = 0 }: StoredRange,
): Promise<StoredSample[]> {
  const query = protobuf.Writer.create().uint32(0x0a).fork();
  query.uint32(0x08).int64(fromMs).uint32(0x10).int64(8e15);
  for (const [type, label, value] of [
    [MATCHES, '__name__', name],
    [EQUAL, 'cluster', cluster],
  ] as const) {
    query.uint32(0x1a).fork().uint32(0x08).int32(type);
    query.uint32(0x12).string(label).uint32(0x1a).string(value).ldelim();
  }
  const response = await fetch(`${url}/api/v1/read`, {
    method: 'POST',
    headers: {
      'content-encoding': 'snappy',
      'content-type': 'application/x-protobuf',
      'x-prometheus-remote-read-version': '0.1.0',
    },
    body: snappy.compress(query.ldelim().finish()),
    signal: AbortSignal.timeout(READ_MS),
  });
  if (!response.ok) throw new Error(`remote read: ${response.status} ${await response.text()}`);
  return samplesOf(new Uint8Array(snappy.uncompress(await response.arrayBuffer())));
}

/** On the wire, a `QueryResult` is the same as a `WriteRequest`: series as field 1. */
function samplesOf(body: Uint8Array): StoredSample[] {
  const reader = protobuf.Reader.create(body);
  if (reader.len === 0 || reader.uint32() !== 0x0a) throw new Error('no answer of remote read');
  const { series } = decodeV1(Buffer.from(reader.bytes()));
  return series.flatMap(({ labels, samples }) => {
    const all = Object.fromEntries(labels.map((label) => [label.name, label.value]));
    const { __name__: name = '', ...rest } = all;
    return samples.map(({ bits, timestampMs }) => {
      const value = bits === STALE_BITS ? ('stale' as const) : toNumber(bits);
      return { name, labels: rest, value, timestampMs };
    });
  });
}
