import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { loadConfig } from '../../src/config/load-config.ts';

const examples = resolve(import.meta.dirname, '../../examples');
const folder = join(examples, 'config');
const files = readdirSync(folder);

describe('the example configuration', () => {
  it.each(files)('%s can be loaded, and everything in it has a meaning', (file) => {
    const path = join(folder, file);

    const config = loadConfig({ flags: new Map(), environment: {}, file: path });

    const written: unknown = parse(readFileSync(path, 'utf8'));
    expect(flatten(config).filter(([key]) => key === 'cluster')).toEqual(
      flatten(written).filter(([key]) => key === 'cluster'),
    );
    expect(
      config.remote_write.length + Number(config.pushgateway.url !== undefined),
    ).toBeGreaterThan(0);
  });

  it('is listed in the README, each', () => {
    const readme = readFileSync(join(examples, 'README.md'), 'utf8');

    expect(files.filter((file) => !readme.includes(`(config/${file})`))).toEqual([]);
  });

  it.each(files)('%s holds no secret', (file) => {
    const secrets = /^\s*(?:password|credentials|secret_key|client_secret|bearer_token):/m;

    expect(readFileSync(join(folder, file), 'utf8')).not.toMatch(secrets);
  });
});

/** Keys and values at the top. */
function flatten(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}
