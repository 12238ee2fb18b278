import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { messageOf, writerFor } from '../support/access/write-access.ts';
import {
  type RecordedAnswer,
  type RecordingServer,
  startRecordingServer,
} from '../support/network/recording-server.ts';

let tokens: RecordingServer;
/** Responses of the token server in order, followed by tokens. */
let answers: RecordedAnswer[];
let receiver: RecordingServer;
/** Status of a response that quotes the next request, if any. */
let quote: () => number | undefined;

beforeEach(async () => {
  answers = [];
  quote = () => undefined;
  tokens = await startRecordingServer({
    answer({ headers: { authorization }, body }) {
      const status = quote();
      if (status === undefined) return answers.shift() ?? token;
      return { status, body: `bad request: ${JSON.stringify(authorization)} ${body.toString()}` };
    },
  });
  receiver = await startRecordingServer();
});
afterEach(async () => {
  await Promise.all([tokens.close(), receiver.close()]);
});

describe('H13: a new token after the deadline', () => {
  it('is not requested until the next attempt', async () => {
    const writer = oauth2Writer({ remote_timeout: '300ms' });
    await writer.write();
    // A rejection whose body never ends uses up the whole timeout.
    receiver.server.removeAllListeners('request').on('request', (message, response) => {
      message.resume();
      response.writeHead(401).write('not that');
    });
    answers.push({ status: 503 });

    const late = await writer.write();

    expect(late.status).toBe('retryable');
    expect(messageOf(late)).toMatch(/: timed out after 300 ms$/);
    // Earlier requests reach the token server before this one.
    await fetch(`${tokens.url}/last`);
    expect(tokens.requests.map(({ url }) => url)).toEqual(['/token', '/last']);
  });
});

describe('H14: a token server that quotes the request', () => {
  it.each`
    where         | answered
    ${'a header'} | ${[403]}
    ${'the form'} | ${[401, 403]}
  `('never shows the secret of $where', async ({ answered }: QuoteCase) => {
    const statuses = [...answered];
    quote = () => statuses.shift() ?? 403;
    const secret = 'hunter2 (s3cr3t!)';
    const writer = oauth2Writer(
      {},
      { client_secret: secret, endpoint_params: { pin: 'p!n c0de' } },
    );

    const message = messageOf(await writer.write());

    expect(tokens.requests).toHaveLength(answered.length);
    expect(message).toContain('answered 403: bad request: ');
    expect(message).toContain('grant_type=client_credentials');
    expect(message).not.toMatch(/hunter2|s3cr3t|c0de/);
    for (const [, base64 = ''] of message.matchAll(/([\w+/]{8,}=*)/g)) {
      expect(Buffer.from(base64, 'base64').toString()).not.toMatch(/hunter2|s3cr3t/);
    }
  });
});

interface QuoteCase {
  readonly answered: readonly number[];
}

const token: RecordedAnswer = {
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ access_token: 'token-1', token_type: 'Bearer', expires_in: 3600 }),
};

function oauth2Writer(
  more: Readonly<Record<string, unknown>>,
  oauth2: Readonly<Record<string, unknown>> = {},
) {
  return writerFor({
    ...more,
    url: receiver.url,
    oauth2: {
      client_id: 'agent@home',
      client_secret: 'secret',
      token_url: `${tokens.url}/token`,
      ...oauth2,
    },
  });
}
