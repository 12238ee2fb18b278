import { describe, expect, it } from 'vitest';

import { reservedHeaders } from '../http/reserved-headers.ts';
import { RemoteWriteEndpoint } from './remote-write.ts';

const url = 'https://mimir.example/api/v1/push';

describe('RemoteWriteEndpoint', () => {
  it('needs nothing but a URL', () => {
    expect(RemoteWriteEndpoint.parse({ url })).toEqual({
      url,
      remote_timeout: 30_000,
      protocol: 'auto',
      headers: {},
      write_relabel_configs: [],
      proxy_from_environment: false,
      queue_config: {
        max_samples_per_send: 10_000,
        max_shards: 2,
        min_backoff: 1000,
        max_backoff: 30_000,
        retry_on_http_429: true,
        sample_age_limit: 0,
      },
      metadata_config: { send: true },
      rate_limit: {},
    });
  });

  it('uses the defaults of keys that are left out of a block', () => {
    const endpoint = RemoteWriteEndpoint.parse({ url, queue_config: { max_shards: 7 } });

    expect(endpoint.queue_config).toMatchObject({ max_shards: 7, max_samples_per_send: 10_000 });
  });

  it.each(['X-Scope-OrgID', 'Authorization', 'THANOS-TENANT', "!#$%&'*+.^_`|~"])(
    'accepts the header %s',
    (name) => {
      expect(RemoteWriteEndpoint.parse({ url, headers: { [name]: 'x' } }).headers).toEqual({
        [name]: 'x',
      });
    },
  );

  it.each(reservedHeaders)('H2: rejects the reserved header %s, whatever its case', (name) => {
    const headers = { 'X-Scope-OrgID': 'a', [name.toUpperCase()]: 'b' };

    expect(messagesOf({ url, headers })).toEqual([
      `${name.toUpperCase()} cannot be set here; the remote-write protocol sets it`,
    ]);
  });

  it.each`
    what                             | change
    ${'no URL'}                      | ${{ url: undefined }}
    ${'a URL of another scheme'}     | ${{ url: 'ftp://mimir.example' }}
    ${'a header name with a space'}  | ${{ headers: { 'X Scope': 'a' } }}
    ${'an empty header name'}        | ${{ headers: { '': 'a' } }}
    ${'a header value of a number'}  | ${{ headers: { 'X-Scope-OrgID': 1 } }}
    ${'an empty name'}               | ${{ name: '' }}
    ${'no samples per request'}      | ${{ queue_config: { max_samples_per_send: 0 } }}
    ${'no requests'}                 | ${{ queue_config: { max_shards: 0 } }}
    ${'an unknown key'}              | ${{ basic_auht: {} }}
    ${'an unknown key of the queue'} | ${{ queue_config: { capacities: 1 } }}
    ${'no capacity'}                 | ${{ queue_config: { capacity: 0 } }}
    ${'a rate of nothing'}           | ${{ rate_limit: { samples_per_second: 0 } }}
    ${'a rate without unit'}         | ${{ rate_limit: { bytes_per_second: '1000' } }}
    ${'an unknown protocol'}         | ${{ protocol: '3.0' }}
    ${'an unknown message'}          | ${{ protobuf_message: 'prometheus.Write' }}
    ${'a null block'}                | ${{ basic_auth: null }}
  `('rejects $what', ({ change }: { change: object }) => {
    expect(messagesOf({ url, ...change })).toHaveLength(1);
  });

  // A value that no request can contain is a configuration mistake, such as the line break that `|`
  // adds to a text in YAML.
  it('rejects a header value with a line end', () => {
    expect(messagesOf({ url, headers: { Authorization: 'Bearer x\n' } })).toHaveLength(1);
  });

  // With a timeout of 0 every request fails, and timers of Node.js above 2³¹ ms fire immediately.
  it.each(['0s', '30d'])('rejects the timeout %s, which no answer can meet', (timeout) => {
    expect(messagesOf({ url, remote_timeout: timeout })).toHaveLength(1);
  });
});

function messagesOf(value: unknown): string[] {
  return (RemoteWriteEndpoint.safeParse(value).error?.issues ?? []).map(({ message }) => message);
}
