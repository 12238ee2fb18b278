import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { describe, expect, it } from 'vitest';

import { loadConfig } from '../../src/config/load-config.ts';

const examples = resolve(import.meta.dirname, '../../examples');
const folder = join(examples, 'config');
const files = readdirSync(folder);

describe('the example configuration', () => {
  // Unknown keys are rejected, so every key of an example has a meaning.
  it.each(files)('%s can be loaded, and sends somewhere', (file) => {
    const { config } = loadConfig({ flags: new Map(), environment: {}, file: join(folder, file) });

    expect(config.cluster).toMatch(/^(?:prod-eu-1|ci)$/);
    const urls = [...config.remote_write.map(({ url }) => url), config.pushgateway.url];
    expect(urls.filter((url) => url !== undefined).length).toBeGreaterThan(0);
  });

  it.each(files)('%s is listed in the README', (file) => {
    expect(readFileSync(join(examples, 'README.md'), 'utf8')).toContain(`(config/${file})`);
  });

  it.each(files)('%s contains no secret', (file) => {
    const secrets = /^\s*(?:password|credentials|secret_key|client_secret|bearer_token):/m;

    expect(readFileSync(join(folder, file), 'utf8')).not.toMatch(secrets);
  });
});
