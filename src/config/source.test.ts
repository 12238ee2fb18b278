import { describe, expect, it } from 'vitest';

import { loadConfig } from './load-config.ts';

function load(line: string) {
  const texts = line.split(' ');
  const flags = new Map<string, string[]>();
  for (let i = 0; i < texts.length; i += 2) flags.set(texts[i] ?? '', [texts[i + 1] ?? '']);
  return loadConfig({ flags, environment: {}, file: undefined }).config;
}

describe('scan results in files', () => {
  it.each([
    ['--shards', '3'],
    ['--include-namespace', 'a'],
    ['--exclude-namespace', 'a'],
    ['--include-workload', 'a'],
    ['--exclude-workload', 'a'],
  ])('are never read partly: %s', (flag, value) => {
    expect(() => load(`--from x ${flag} ${value}`)).toThrow(
      `${flag}: only works with a cluster; --from reads files completely`,
    );
    expect(load(`${flag} ${value}`).source.files.paths).toEqual([]);
  });

  it('are read by a single process', () => {
    expect(load('--from x --shards 1').source.files.paths).toEqual(['x']);
  });
});

describe('the wait for scan results', () => {
  it.each([
    '--wait-quiet 5s --wait-timeout 4s',
    '--wait-quiet 31m',
    '--wait-quiet 1s --wait-timeout 0s',
  ])('is rejected if it can only fail: %s', (line) => {
    expect(() => load(line)).toThrow('must not be longer than wait_timeout');
  });

  it.each(['--wait-quiet 5s --wait-timeout 5s', '--wait-timeout 0s', '--wait-quiet 30m'])(
    'is accepted: %s',
    (line) => {
      expect(load(line).cluster).toBeUndefined();
    },
  );
});
