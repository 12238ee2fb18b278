import protobuf from 'protobufjs/minimal.js';

import type { Metadata } from '../time-series.ts';
import {
  FIELD_METADATA,
  FIELD_METADATA_HELP,
  FIELD_METADATA_NAME,
  FIELD_METADATA_TYPE,
} from './fields-v1.ts';
import { metricTypeNumbers } from './metric-types.ts';

/** Batch size of Prometheus. */
export const MAX_METADATA_PER_REQUEST = 2000;

/**
 * Encodes a `prometheus.WriteRequest` with metadata and no series. The 1.0 specification reserves field 3 for
 * metadata. Prometheus sends it in separate requests, and receivers support that.
 */
export function encodeMetadataV1(
  families: Iterable<readonly [name: string, metadata: Metadata]>,
): Uint8Array {
  const writer = protobuf.Writer.create();
  for (const [name, { type, help }] of families) {
    writer.uint32(FIELD_METADATA).fork();
    writer.uint32(FIELD_METADATA_TYPE).uint32(metricTypeNumbers.get(type) ?? 0);
    writer.uint32(FIELD_METADATA_NAME).bytes(Buffer.from(name));
    if (help !== '') writer.uint32(FIELD_METADATA_HELP).bytes(Buffer.from(help));
    writer.ldelim();
  }
  return writer.finish();
}
