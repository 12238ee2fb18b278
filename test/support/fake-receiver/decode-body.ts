import snappy from 'snappy';

import { decodeV1 } from './decode-v1.ts';
import { decodeV2 } from './decode-v2.ts';
import type { DecodedRequest } from './decoded.ts';

/** Prometheus and VictoriaMetrics reject larger bodies. */
const MAX_DECODED_BYTES = 32 * 1024 * 1024;

/** Start of the framed format. The specification requires the block format. */
const FRAMED = Buffer.from('ff060000', 'hex');

/** Reads a request body. A body that cannot be read has no series, but a violation with the reason. */
export function decodeBody(body: Buffer, protocol: DecodedRequest['protocol']): DecodedRequest {
  if (body.subarray(0, FRAMED.length).equals(FRAMED)) return refuse(protocol, 'snappy is framed');
  try {
    const bytes = Buffer.from(snappy.uncompressSync(body));
    const decoded = protocol === '1.0' ? decodeV1(bytes) : decodeV2(bytes);
    const size = bytes.length > MAX_DECODED_BYTES ? ['the body has more than 32 MiB'] : [];
    const holds = decoded.series.length + (decoded.families?.length ?? 0);
    const empty = holds === 0 ? ['the request is empty'] : [];
    return { ...decoded, violations: [...decoded.violations, ...size, ...empty] };
  } catch (error) {
    return refuse(protocol, `the body cannot be read: ${String(error)}`);
  }
}

function refuse(protocol: DecodedRequest['protocol'], violation: string): DecodedRequest {
  return { protocol, series: [], violations: [violation] };
}
