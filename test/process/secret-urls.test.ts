import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';

import { useSecretFiles } from '../support/access/secret-files.ts';
import { runCli } from '../support/cli/run-cli.ts';
import { type RecordedRequest, useRecordingServers } from '../support/network/recording-server.ts';

const files = useSecretFiles();
const start = useRecordingServers();

const secrets = ['pathT0ken', 'queryT0ken', 'bareT0ken', 'userT0ken', 'passT0ken'];

/** Error pages often quote the request. */
function quote({ url, headers }: RecordedRequest) {
  const credentials = Buffer.from(headers.authorization?.slice(6) ?? '', 'base64').toString();
  return { status: 404, body: `Cannot POST ${url} for ${credentials}` };
}

describe('tokens in the URL of a receiver with a name', () => {
  it.each(['push', 'check'])('are neither logged nor printed by %s', async (command) => {
    const server = await start({ answer: quote });
    const closed = 'http://127.0.0.1:9';
    const blocks = [server.url, closed].map((url, index) => ({
      name: `receiver-${index}`,
      url: `${url.replace('//', '//userT0ken:passT0ken@')}/api/pathT0ken/push?key=queryT0ken&bareT0ken`,
    }));
    const config = {
      cluster: 'c',
      retry_budget: '0s',
      source: { files: { paths: ['examples/scan-results'] } },
      log: { format: 'json', level: 'debug' },
      remote_write: blocks,
    };

    const path = files.write('config.yaml', stringify(config));
    const { stdout, stderr } = await runCli([command, '--config', path]);

    expect(server.requests.length).toBeGreaterThan(0);
    expect(server.requests[0]?.url).toContain('pathT0ken');
    expect(stdout + stderr).toContain('receiver-0');
    for (const secret of secrets) expect(stdout + stderr).not.toContain(secret);
  });
});
