import { createServer } from 'node:http';

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';

import { RelabelConfig } from '../../src/config/relabel-config.ts';
import { sortLabels } from '../../src/remote-write/labels/labels.ts';
import { compileRelabeling } from '../../src/remote-write/relabel/relabel.ts';
import { type FakeReceiver, startFakeReceiver } from '../support/fake-receiver/fake-receiver.ts';
import { listen } from '../support/network/listen.ts';
import { realServer } from '../support/real-servers/real-servers.ts';

const prometheus = await realServer('prometheus');

const series: readonly Readonly<Record<string, string>>[] = [
  { __name__: 'm', a: '1', b: 'x', Zone: 'z' },
  { __name__: 'm', a: '2', b: 'y', c_1: 'q' },
  { __name__: 'n', a: 'Straße İ ŉ Σας ᾳ ﬁ', b: 'LOWER lower' },
  { __name__: 'n', a: 'line\nend', b: 'a;b', x9: 'nine' },
  { __name__: 'o', a: '$1', b: '${x}', tmp_a: 't' },
  { __name__: 'o', a: 'foo', b: 'foo', foo_a: '1', foo_b: '2' },
  { __name__: 'p', a: 'aaa', b: '😀é', k1: 'v1', k2: 'v2', k3: 'v3' },
];

const set = { target_label: 'k2', replacement: 'new' };
const map = { action: 'labelmap', regex: 'k.*', replacement: 'same' };
/** Rules that never create names beyond the legacy ones, because Prometheus itself would send those. */
const rules: readonly (readonly object[])[] = [
  [],
  [{ source_labels: ['a', 'b'], target_label: 'j' }],
  [{ source_labels: ['a', 'x', 'b'], separator: '-', target_label: 'j', replacement: '[$1]' }],
  [{ source_labels: ['a'], regex: '(.)(.*)', target_label: 'r', replacement: '$2_$1 $2-$1' }],
  [
    {
      source_labels: ['a'],
      regex: '(?P<first>.)(?<rest>.*)',
      target_label: 'r',
      replacement: '$rest-${first}-$first_-$nope-$1x-${1}x-$$-$-${}-$9-$01-$10-$0-${1',
    },
  ],
  [{ source_labels: ['c_1'], regex: '(.+)', target_label: 'x_${1}' }],
  [{ source_labels: ['x'], target_label: 'b' }],
  [{ source_labels: ['a'], regex: 'line.end', target_label: 'r', replacement: 'line end' }],
  [{ source_labels: ['a'], regex: '(?-s)line.end', target_label: 'r', replacement: 'no' }],
  [{ source_labels: ['a'], regex: 'oo|fo', target_label: 'r', replacement: 'no' }],
  [{ action: 'keep', source_labels: ['a'], regex: '1)|(.*o' }],
  [{ action: 'drop', source_labels: ['a', 'b'], regex: '1;x|foo.*' }],
  [{ action: 'keepequal', source_labels: ['a'], target_label: 'b' }],
  [{ action: 'dropequal', source_labels: ['a'], target_label: 'b' }],
  [{ action: 'hashmod', source_labels: ['a', 'b'], target_label: 'h', modulus: 2 ** 53 - 1 }],
  [{ action: 'Lowercase', source_labels: ['a', 'b'], target_label: 'l' }],
  [{ action: 'UPPERCASE', source_labels: ['a', 'b'], target_label: 'u' }],
  [{ action: 'labelmap', regex: 'foo_(.*)' }],
  [{ action: 'labelmap', regex: '(foo_)?[ab]', replacement: 'same' }],
  [{ action: 'labelmap', regex: 'a)|(b', replacement: 'x_$1' }],
  [map],
  [set, map],
  [set, { ...set, target_label: 'k1', replacement: 'other' }, map],
  [set, { ...set, replacement: '' }, { target_label: 'k1', replacement: 'k' }, set, map],
  [{ action: 'labeldrop', regex: 'a|foo_.*' }],
  [{ action: 'labelkeep', regex: '__name__|a|b|instance' }],
  [
    {
      source_labels: ['__name__', 'a'],
      regex: 'm;(.*)',
      target_label: '__name__',
      replacement: 'm_$1',
    },
  ],
];

describe.skipIf(prometheus.missing)(`relabeling, compared with ${prometheus.label}`, () => {
  const target = createServer((_request, response) => {
    // Prometheus 3 ignores a response with an unknown content type.
    response.setHeader('Content-Type', 'text/plain; version=0.0.4');
    response.end(exposition());
  });
  let port: number;
  let receivers: FakeReceiver[] = [];
  let sender: Awaited<ReturnType<typeof prometheus.start>> | undefined;

  beforeAll(async () => {
    port = await listen(target);
    receivers = await Promise.all(rules.map(async () => startFakeReceiver()));
    sender = await prometheus.start({ config: stringify(configOf(port, receivers)) });
  });

  afterAll(async () => {
    await sender?.stop();
    await Promise.all(receivers.map(async (receiver) => receiver.close()));
    target.close();
  });

  it.each(rules.map((configs, index) => ({ configs, index })))(
    'gives the same series for $configs',
    async ({ configs, index }) => {
      const relabel = compileRelabeling(configs.map((config) => RelabelConfig.parse(config)));
      const expected = new Set(
        scraped(port).flatMap((labels) => {
          const result = relabel(sortLabels(labels));
          return result === undefined ? [] : [toText(Object.entries(toRecord(result)))];
        }),
      );

      await vi.waitFor(() => expect(received(receivers[index])).toEqual(expected), {
        timeout: 20_000,
        interval: 100,
      });
      expect(expected.size).toBeGreaterThan(0);
    },
  );
});

function configOf(port: number, to: readonly FakeReceiver[]): object {
  const queue = { batch_send_deadline: '100ms', min_shards: 1, max_shards: 1 };
  return {
    scrape_configs: [
      {
        job_name: 'j',
        scrape_interval: '1s',
        scrape_timeout: '1s',
        static_configs: [{ targets: [`127.0.0.1:${port}`] }],
      },
    ],
    remote_write: rules.map((configs, index) => ({
      url: to[index]?.url,
      name: `r${index}`,
      queue_config: queue,
      metadata_config: { send: false },
      write_relabel_configs: [
        // Prometheus' own series about the scrape.
        { action: 'drop', source_labels: ['__name__'], regex: 'up|scrape_.*' },
        ...configs,
      ],
    })),
  };
}

function exposition(): string {
  const lines = series.map(({ __name__: name = '', ...labels }) => {
    const pairs = Object.entries(labels).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
    return `${name}{${pairs.join(',')}} 1\n`;
  });
  return lines.join('');
}

function scraped(port: number): { name: string; value: string }[][] {
  const added = { instance: `127.0.0.1:${port}`, job: 'j' };
  return series.map((labels) =>
    Object.entries({ ...labels, ...added }).map(([name, value]) => ({ name, value })),
  );
}

function received(receiver: FakeReceiver | undefined): Set<string> {
  const samples = receiver?.samples ?? [];
  return new Set(
    samples.map(({ name, labels }) => toText(Object.entries({ ...labels, __name__: name }))),
  );
}

function toRecord(labels: readonly { name: string; value: string }[]): Record<string, string> {
  return Object.fromEntries(labels.map(({ name, value }) => [name, value]));
}

function toText(pairs: [string, string][]): string {
  return JSON.stringify(pairs.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
