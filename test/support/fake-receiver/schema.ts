import { fileURLToPath } from 'node:url';

import protobuf from 'protobufjs';

/** `prometheus.WriteRequest`, values as 64 bits. */
export const WriteRequestV1 = load('prometheus/remote_write_v1.proto', 'prometheus').lookupType(
  'WriteRequest',
);

/** `io.prometheus.write.v2.Request`, values as 64 bits. */
export const RequestV2 = load(
  'io/prometheus/write/v2/remote_write_v2.proto',
  'io.prometheus.write.v2',
).lookupType('Request');

/** Reads values as 64-bit integers, so that different NaNs can be distinguished. */
function load(path: string, packageName: string): protobuf.Namespace {
  const file = fileURLToPath(new URL(`../../../proto/${path}`, import.meta.url));
  const namespace = protobuf.loadSync(file).lookup(packageName);
  if (!(namespace instanceof protobuf.Namespace)) throw new Error(`${file} lacks ${packageName}`);

  const value = namespace.lookupType('Sample').get('value');
  if (value instanceof protobuf.Field) value.type = 'fixed64';
  return namespace;
}
