import type { AccessOptions } from '../remote-write/access/access-options.ts';
import { createAxiosWriteClient } from '../remote-write/axios-write-client.ts';
import { remoteWriteDefaults } from '../remote-write/defaults.ts';
import { remoteWriteV1 } from '../remote-write/encode-v1.ts';
import { parseEndpoint } from '../remote-write/endpoint.ts';
import { nodeRuntime, type RetryRuntime } from '../remote-write/retrying.ts';
import { RemoteWriteSession } from './remote-write-session.ts';
import type { Sink } from './sink.ts';

/** What is left out is as in `remoteWriteDefaults`, where the units are given, too. */
export interface RemoteWriteSinkOptions {
  /** For logs; origin and path of the URL if left out. */
  readonly name?: string;
  readonly url: string;
  /** `<name>/<version>`. */
  readonly userAgent: string;
  /** Sent with each request; none of `reservedHeaders`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Authentication, TLS, proxy. */
  readonly access?: AccessOptions;
  readonly timeoutMs?: number;
  readonly maxSamplesPerSend?: number;
  readonly maxBytesPerSend?: number;
  readonly minBackoffMs?: number;
  readonly maxBackoffMs?: number;
  readonly retryOn429?: boolean;
  readonly retryBudgetMs?: number;
  readonly concurrency?: number;
  readonly maxWaitingBytes?: number;
}

/**
 * A receiver of remote write 1.0. Its connections outlive a cycle; its retry budget does not, so
 * that each cycle gives the receiver a new chance.
 *
 * @throws {TypeError} If the URL or a header could never be sent.
 */
export function createRemoteWriteSink(
  options: RemoteWriteSinkOptions,
  runtime: RetryRuntime = nodeRuntime,
): Sink {
  const { label } = parseEndpoint(options.url);
  const settings = { name: label, headers: {}, ...remoteWriteDefaults, ...options };
  const client = createAxiosWriteClient({
    ...settings,
    method: 'POST',
    protocolHeaders: remoteWriteV1.headers,
    maxSockets: settings.concurrency,
  });

  return {
    name: settings.name,
    open: ({ timestampMs }, { signal }) =>
      new RemoteWriteSession({ client, settings, runtime, timestampMs, signal }),
  };
}
