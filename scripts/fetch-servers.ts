// Fetches the servers for tests and the demo, and prints their paths.
import { findServer } from './servers/find-server.ts';
import { SERVER_NAMES } from './servers/servers.ts';

for (const name of SERVER_NAMES) {
  try {
    process.stdout.write(`${name.padEnd(17)} ${await findServer(name)}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
