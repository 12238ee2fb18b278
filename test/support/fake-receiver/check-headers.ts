import type { IncomingMessage } from 'node:http';

import type { DecodedRequest } from './decoded.ts';

const contentTypes = {
  '1.0': 'application/x-protobuf',
  '2.0': 'application/x-protobuf;proto=io.prometheus.write.v2.Request',
} as const;

const versions = { '1.0': '0.1.0', '2.0': '2.0.0' } as const;

/** Returns the protocol of the body. Real receivers decide by `Content-Type`, and assume 1.0 otherwise. */
export function findProtocol({ headers }: IncomingMessage): DecodedRequest['protocol'] {
  return headers['content-type'] === contentTypes['2.0'] ? '2.0' : '1.0';
}

/** Compares headers byte for byte, like the strictest receivers. */
export function* checkHeaders(request: IncomingMessage): Generator<string> {
  const protocol = findProtocol(request);
  const expected = {
    'content-encoding': 'snappy',
    'content-type': contentTypes[protocol],
    'x-prometheus-remote-write-version': versions[protocol],
  };
  if (request.method !== 'POST') yield `method ${request.method}`;
  for (const [name, value] of Object.entries(expected)) {
    const actual = request.headersDistinct[name]?.join(', ');
    if (actual !== value) yield `${name} is ${actual ?? 'missing'} instead of ${value}`;
  }
  const agent = request.headers['user-agent'] ?? '';
  if (!/^[\w.-]+\/[\w.+-]+$/.test(agent)) yield `user-agent ${JSON.stringify(agent)}`;
}
