import { z } from 'zod';

import { decodeStrictly } from './decode-strictly.ts';
import type { DecodedFamily, DecodedRequest } from './decoded.ts';
import { WriteRequestV1 } from './schema.ts';

/** Maximum number of families that Prometheus itself sends. */
const MAX_FAMILIES = 2000;

const Message = z.object({
  timeseries: z.array(
    z.object({
      labels: z.array(z.object({ name: z.string(), value: z.string() })),
      samples: z.array(z.object({ value: z.coerce.bigint(), timestamp: z.coerce.number() })),
    }),
  ),
  metadata: z.array(z.object({ type: z.number(), metricFamilyName: z.string(), help: z.string() })),
});

/** Reads a `prometheus.WriteRequest`. */
export function decodeV1(bytes: Buffer): DecodedRequest {
  const { message, violations } = decodeStrictly(WriteRequestV1, bytes);
  const { timeseries, metadata } = Message.parse(message);
  const series = timeseries.map(({ labels, samples }) => ({
    labels,
    samples: samples.map(({ value, timestamp }) => ({ bits: value, timestampMs: timestamp })),
  }));
  const families = metadata.map(({ metricFamilyName: name, type, help }) => ({ name, type, help }));
  return { protocol: '1.0', series, families, violations: [...violations, ...check(families)] };
}

function* check(families: readonly DecodedFamily[]): Generator<string> {
  if (families.length > MAX_FAMILIES) yield `${families.length} families in one request`;
  if (new Set(families.map(({ name }) => name)).size < families.length) yield 'a family is twice';
  if (families.some(({ name, type }) => name === '' || type === 0)) yield 'a family has no type';
}
