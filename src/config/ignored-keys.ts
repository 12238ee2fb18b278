import * as z from 'zod';

import type { ConfigFile, KeyPath, RawObject } from './config-file.ts';
import { isObject } from './config-file.ts';
import { queueMaxima } from './queue-maxima.ts';

interface IgnoredKey {
  readonly path: readonly string[];
  readonly reason: string;
  /** Values that match the actual behavior, and therefore need no warning. */
  readonly harmless: readonly unknown[];
}

const sendsAtOnce = 'a push sends its samples immediately';
const sendsMetadata = 'metadata is sent with each push';

/** Keys of Prometheus' `remote_write` that have no effect here. */
const ignoredKeys: readonly IgnoredKey[] = [
  ignore('follow_redirects', 'redirects are not followed; configure the final URL', [false]),
  ignore('enable_http2', 'requests use HTTP/1.1, the default of Prometheus', [false]),
  ignore('send_exemplars', 'scan results contain no exemplars', [false]),
  ignore('send_native_histograms', 'scan results contain no histograms', [false]),
  ignore('round_robin_dns', 'connections are reused; balance the load in front of the receiver', [
    false,
  ]),
  ignore(
    'queue_config.min_shards',
    'the number of parallel requests is fixed; set max_shards',
    [1],
  ),
  ignore('queue_config.batch_send_deadline', sendsAtOnce, ['5s']),
  ignore('metadata_config.send_interval', sendsMetadata, ['1m']),
  ignore('metadata_config.max_samples_per_send', sendsMetadata, [500, 2000]),
];

function ignore(path: string, reason: string, harmless: readonly unknown[]): IgnoredKey {
  return { path: path.split('.'), reason, harmless };
}

/** Schema fields for the ignored keys of a block, which accept any value. */
export function ignoredFields(block?: string): Record<string, z.ZodOptional<z.ZodUnknown>> {
  const parent = block === undefined ? [] : [block];
  const keys = ignoredKeys.filter(({ path }) => path.slice(0, -1).join() === parent.join());
  const fields = keys.map(({ path }) => [path.at(-1) ?? '', z.unknown().optional()] as const);
  return Object.fromEntries(fields);
}

/** Warns once about each key that has no effect. */
export function* findIgnoredKeys(raw: RawObject, file: ConfigFile): Generator<string> {
  const receivers = Array.isArray(raw['remote_write']) ? raw['remote_write'] : [];
  for (const { path, reason, harmless } of ignoredKeys) {
    const index = receivers.findIndex((receiver) => {
      const value = valueAt(receiver, path);
      return value !== undefined && !harmless.includes(value);
    });
    if (index < 0) continue;
    const where = file.locate(['remote_write', index, ...path]);
    yield `${where}: ${path.join('.')} has no effect, because ${reason}`;
  }
  yield* findReduced(receivers, file);
}

/** Warns about limits above the maximum, which are reduced. */
function* findReduced(receivers: readonly unknown[], file: ConfigFile): Generator<string> {
  for (const [key, maximum] of Object.entries(queueMaxima)) {
    const path = ['queue_config', key];
    const index = receivers.findIndex((receiver) => Number(valueAt(receiver, path)) > maximum);
    if (index < 0) continue;
    const where = file.locate(['remote_write', index, ...path]);
    yield `${where}: queue_config.${key} is reduced to ${maximum}`;
  }
}

function valueAt(value: unknown, path: KeyPath): unknown {
  return path.reduce(
    (block, key) => (isObject(block) ? Reflect.get(block, key) : undefined),
    value,
  );
}
