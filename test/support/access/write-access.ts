import { toAccess } from '../../../src/config/http-access.ts';
import { RemoteWriteEndpoint } from '../../../src/config/remote-write.ts';
import type { AccessOptions } from '../../../src/http/access-options.ts';
import { createAxiosWriteClient } from '../../../src/remote-write/client/axios-write-client.ts';
import type { WriteResult } from '../../../src/remote-write/client/write-client.ts';

export const body = Buffer.from('00010203fffefdfc80', 'hex');

export interface Writer {
  readonly write: (attempt?: number) => Promise<WriteResult>;
}

/** Creates a client from a block of `remote_write`, as the configuration does. */
export function writerFor(
  block: Readonly<Record<string, unknown>>,
  change = (access: AccessOptions): AccessOptions => access,
): Writer {
  const endpoint = RemoteWriteEndpoint.parse(block);
  const client = createAxiosWriteClient({
    url: endpoint.url,
    method: 'POST',
    protocolHeaders: {
      'Content-Encoding': 'snappy',
      'Content-Type': 'application/x-protobuf',
      'X-Prometheus-Remote-Write-Version': '0.1.0',
    },
    timeoutMs: endpoint.remote_timeout,
    maxSockets: endpoint.queue_config.max_shards,
    userAgent: 'kubescape-push/1.2.3',
    headers: endpoint.headers,
    access: change(toAccess(endpoint)),
    retryOn429: true,
  });
  const { signal } = new AbortController();
  return { write: async (attempt = 0) => client.write(body, { attempt, signal }) };
}

export function messageOf(result: WriteResult): string {
  return result.status === 'success' ? '' : result.error.message;
}
