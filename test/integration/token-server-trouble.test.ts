import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  type RecordedAnswer,
  type RecordingServer,
  startRecordingServer,
} from '../support/recording-server.ts';
import { messageOf, writerFor } from '../support/write-access.ts';

let tokens: RecordingServer;
/** What the token server answers, one after the other; then tokens. */
let answers: RecordedAnswer[];
let receiver: RecordingServer;

beforeEach(async () => {
  answers = [];
  tokens = await startRecordingServer({ answer: () => answers.shift() ?? token });
  receiver = await startRecordingServer();
});
afterEach(async () => {
  await Promise.all([tokens.close(), receiver.close()]);
});

describe('H13: a login that comes too late', () => {
  it('is not asked for: the next attempt does it', async () => {
    const writer = oauth2Writer({ remote_timeout: '300ms' });
    await writer.write();
    // A refusal whose body does not end takes all the time that there is.
    receiver.server.removeAllListeners('request').on('request', (message, response) => {
      message.resume();
      response.writeHead(401).write('not that');
    });
    answers.push({ status: 503 });

    const late = await writer.write();

    expect(late.status).toBe('retryable');
    expect(messageOf(late)).toMatch(/: nothing within 300 ms$/);
    // Whatever was on its way to the token server is there before this.
    await fetch(`${tokens.url}/last`);
    expect(tokens.requests.map(({ url }) => url)).toEqual(['/token', '/last']);
  });
});

const token: RecordedAnswer = {
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ access_token: 'token-1', token_type: 'Bearer', expires_in: 3600 }),
};

function oauth2Writer(more: Readonly<Record<string, unknown>> = {}) {
  return writerFor({
    ...more,
    url: receiver.url,
    oauth2: { client_id: 'agent', client_secret: 'secret', token_url: `${tokens.url}/token` },
  });
}
