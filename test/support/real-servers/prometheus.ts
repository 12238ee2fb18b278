import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { findServer } from '../../../scripts/servers/find-server.ts';
import { type QueriedSample, queryInstant } from './query-api.ts';
import { type RunningServer, startServer } from './start-server.ts';

export interface PrometheusOptions {
  /** Text of the configuration file. By default Prometheus scrapes nothing and has no rules. */
  readonly config?: string;
  readonly flags?: readonly string[];
  /** Folder for a database that outlives the server. By default, the database is removed with the server. */
  readonly database?: string;
}

export interface QueryableServer extends RunningServer {
  readonly remoteWriteUrl: string;
  /** Runs an instant query. `timeMs` is in milliseconds since the Unix epoch. Default: the current time. */
  query(promql: string, timeMs?: number): Promise<readonly QueriedSample[]>;
}

/** Starts Prometheus as a receiver of remote write with an empty database. */
export async function startPrometheus({
  config = 'global: {}\n',
  flags = [],
  database,
}: PrometheusOptions = {}): Promise<QueryableServer> {
  const server = await startServer({
    name: 'prometheus',
    binary: await findServer('prometheus'),
    async args(dataFolder) {
      const configFile = join(dataFolder, 'prometheus.yml');
      await writeFile(configFile, config);
      return [
        `--config.file=${configFile}`,
        // Debian's build has another default than upstream's, so the path is always set.
        `--storage.tsdb.path=${database ?? join(dataFolder, 'tsdb')}`,
        '--web.listen-address=127.0.0.1:0',
        '--web.enable-remote-write-receiver',
        ...flags,
      ];
    },
    portInLog: /Listening on.*address=127\.0\.0\.1:(\d+)/,
    readyPath: '/-/ready',
  });
  return {
    ...server,
    remoteWriteUrl: `${server.url}/api/v1/write`,
    query: async (promql, timeMs) => queryInstant(server.url, promql, timeMs),
  };
}
