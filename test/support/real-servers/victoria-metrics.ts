import { findServer } from '../../../scripts/servers/find-server.ts';
import type { QueryableServer } from './prometheus.ts';
import { queryInstant } from './query-api.ts';
import { startServer } from './start-server.ts';

export interface VictoriaMetricsOptions {
  readonly flags?: readonly string[];
}

export async function startVictoriaMetrics({
  flags = [],
}: VictoriaMetricsOptions = {}): Promise<QueryableServer> {
  const server = await startServer({
    name: 'victoria-metrics',
    binary: await findServer('victoria-metrics'),
    args: async (dataFolder) => [
      `-storageDataPath=${dataFolder}`,
      '-httpListenAddr=127.0.0.1:0',
      // By default, queries ignore the last 30 seconds.
      '-search.latencyOffset=0s',
      // By default, caches are sized for the whole machine.
      '-memory.allowedBytes=256MB',
      ...flags,
    ],
    portInLog: /started server at http:\/\/127\.0\.0\.1:(\d+)\//,
    readyPath: '/health',
  });
  return {
    ...server,
    remoteWriteUrl: `${server.url}/api/v1/write`,
    async query(promql, timeMs) {
      // Samples it has acknowledged stay invisible until its buffers are flushed, about a second.
      const flushed = await fetch(`${server.url}/internal/force_flush`, {
        signal: AbortSignal.timeout(10_000),
      });
      await flushed.body?.cancel();
      return queryInstant(server.url, promql, timeMs);
    },
  };
}
