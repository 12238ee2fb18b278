import { z } from 'zod';

import { decodeStrictly } from './decode-strictly.ts';
import type { DecodedRequest } from './decoded.ts';
import { WriteRequestV1 } from './schema.ts';

const Message = z.object({
  timeseries: z.array(
    z.object({
      labels: z.array(z.object({ name: z.string(), value: z.string() })),
      samples: z.array(z.object({ value: z.coerce.bigint(), timestamp: z.coerce.number() })),
    }),
  ),
});

/** Reads a `prometheus.WriteRequest`. */
export function decodeV1(bytes: Buffer): DecodedRequest {
  const { message, violations } = decodeStrictly(WriteRequestV1, bytes);
  const series = Message.parse(message).timeseries.map(({ labels, samples }) => ({
    labels,
    samples: samples.map(({ value, timestamp }) => ({ bits: value, timestampMs: timestamp })),
  }));
  return { protocol: '1.0', series, violations };
}
