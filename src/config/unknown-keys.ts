import { closest, distance } from 'fastest-levenshtein';
import * as z from 'zod';

import type { KeyPath } from './config-file.ts';
import { unwrap } from './options.ts';
import { Config } from './schema.ts';

/** Top-level keys of `prometheus.yml` that kubescape-push does not have. */
const ofPrometheus: ReadonlySet<string> = new Set([
  'alerting',
  'global',
  'otlp',
  'remote_read',
  'rule_files',
  'runtime',
  'scrape_config_files',
  'scrape_configs',
  'storage',
  'tracing',
]);

/** Top-level keys of the Prometheus Operator's resources. */
const ofOperator: ReadonlySet<string> = new Set([
  'apiVersion',
  'externalLabels',
  'kind',
  'prometheusSpec',
  'remoteWrite',
  'spec',
]);

/** Returns advice about a key that does not exist in the block at `path`. */
export function adviceFor(key: string, path: KeyPath): string {
  if (path.length === 0 && ofPrometheus.has(key)) {
    return '; this looks like prometheus.yml: copy only remote_write, and the labels in global.external_labels to external_labels';
  }
  if (path.length === 0 && ofOperator.has(key)) {
    return '; this looks like a resource of the Prometheus Operator: copy the list remoteWrite to remote_write, and write its keys as in prometheus.yml (basicAuth → basic_auth)';
  }
  const known = knownKeys(path);
  const snake = key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  if (known.includes(snake)) return `; did you mean ${JSON.stringify(snake)}?`;
  const nearest = known.length === 0 ? '' : closest(snake, known);
  const isNear = distance(snake, nearest) <= Math.max(1, Math.floor(key.length / 3));
  return isNear ? `; did you mean ${JSON.stringify(nearest)}?` : '';
}

function knownKeys(path: KeyPath): string[] {
  let schema: z.core.$ZodType = Config;
  for (const key of path) {
    const block = unwrap(schema);
    if (block instanceof z.ZodObject) {
      const fields = new Map(Object.entries<z.core.$ZodType>(block.shape));
      schema = fields.get(String(key)) ?? z.unknown();
    } else if (block instanceof z.ZodArray) schema = block.element;
    else return [];
  }
  const block = unwrap(schema);
  return block instanceof z.ZodObject ? Object.keys(block.shape) : [];
}
