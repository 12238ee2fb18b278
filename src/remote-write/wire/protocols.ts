import { decodeWriteRequestV1 } from './decode-v1.ts';
import { decodeRequestV2 } from './decode-v2.ts';
import { EncoderV1 } from './encode-v1.ts';
import { EncoderV2 } from './encode-v2.ts';
import * as v1 from './fields-v1.ts';
import * as v2 from './fields-v2.ts';
import type { Protocol, ProtocolVersion } from './protocol.ts';
import { restamp } from './restamp.ts';

const samplesV1 = { seriesTag: v1.FIELD_TIME_SERIES, sampleTag: v1.FIELD_SAMPLE };
const samplesV2 = { seriesTag: v2.FIELD_TIME_SERIES, sampleTag: v2.FIELD_SAMPLES };

/** Remote write 1.0: `prometheus.WriteRequest`. */
export const remoteWriteV1: Protocol = {
  version: '1.0',
  headers: {
    'Content-Encoding': 'snappy',
    'Content-Type': 'application/x-protobuf',
    'X-Prometheus-Remote-Write-Version': '0.1.0',
  },
  createEncoder: () => new EncoderV1(),
  decode: decodeWriteRequestV1,
  restamp: (message, timestampMs) => restamp(message, timestampMs, samplesV1),
};

/**
 * Remote write 2.0: `io.prometheus.write.v2.Request`. The content type must not contain a space: Prometheus
 * would parse an empty 1.0 message and answer with a success.
 */
export const remoteWriteV2: Protocol = {
  version: '2.0',
  headers: {
    'Content-Encoding': 'snappy',
    'Content-Type': 'application/x-protobuf;proto=io.prometheus.write.v2.Request',
    'X-Prometheus-Remote-Write-Version': '2.0.0',
  },
  createEncoder: () => new EncoderV2(),
  decode: decodeRequestV2,
  restamp: (message, timestampMs) => restamp(message, timestampMs, samplesV2),
};

export const protocols: Readonly<Record<ProtocolVersion, Protocol>> = {
  '1.0': remoteWriteV1,
  '2.0': remoteWriteV2,
};
