import { promisify } from 'node:util';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { AccessOptions } from '../../src/http/access-options.ts';
import { type RecordingServer, startRecordingServer } from '../support/network/recording-server.ts';
import { createTestSink, gauge } from '../support/sinks/pushgateway-sink.ts';

const { signal } = new AbortController();

let gateway: RecordingServer;
let tokens: RecordingServer;
beforeEach(async () => {
  gateway = await startRecordingServer({ answer: () => ({ status: 200 }) });
  tokens = await startRecordingServer({
    answer: () => ({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ access_token: 'token-1', token_type: 'Bearer', expires_in: 3600 }),
    }),
  });
});
afterEach(async () => {
  await Promise.all([gateway.close(), tokens.close()]);
});

describe('the pushes of a sink', () => {
  it('share one token across groups and methods', async () => {
    await pushEverything();

    expect(gateway.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'PUT /metrics/job/kubescape/cluster/c',
      'POST /metrics/job/kubescape/cluster/c',
      'PUT /metrics/job/kubescape/cluster/other',
    ]);
    expect(gateway.requests.map(({ headers }) => headers.authorization)).toEqual(
      Array.from({ length: 3 }, () => 'Bearer token-1'),
    );
    expect(tokens.requests).toHaveLength(1);
  });

  // A NAT gateway may drop the connection before the next push.
  it('leave no connection open afterwards', async () => {
    await pushEverything();

    await expect.poll(async () => openConnections(gateway)).toBe(0);
  });
});

async function pushEverything(): Promise<void> {
  const sink = createTestSink({ url: gateway.url, access: oauth2() });
  for (const { cluster, isComplete } of [
    { cluster: 'c', isComplete: true },
    { cluster: 'c', isComplete: false },
    { cluster: 'other', isComplete: true },
  ]) {
    const session = sink.open({ timestampMs: 1_700_000_000_000, cluster }, { signal });
    await session.write([gauge('total', {}, 1)]);
    const delivery = await session.close({ isComplete, selfSeries: () => [] });
    expect(delivery.status).toBe('delivered');
  }
}

async function openConnections({ server }: RecordingServer): Promise<number> {
  return promisify(server.getConnections.bind(server))();
}

function oauth2(): AccessOptions {
  return {
    auth: {
      kind: 'oauth2',
      tokenUrl: `${tokens.url}/token`,
      clientId: 'agent',
      client: { secret: { text: 'secret' }, inForm: false },
      scopes: [],
      endpointParams: {},
    },
  };
}
