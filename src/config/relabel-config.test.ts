import { describe, expect, it } from 'vitest';

import { relabelActions } from '../remote-write/relabel/relabel-config.ts';
import { RelabelConfig } from './relabel-config.ts';
import { RemoteWriteEndpoint } from './remote-write.ts';

describe('RelabelConfig', () => {
  it('has the defaults of Prometheus', () => {
    expect(RelabelConfig.parse({ target_label: 'a' })).toEqual({
      action: 'replace',
      sourceLabels: [],
      separator: ';',
      regex: '(.*)',
      targetLabel: 'a',
      replacement: '$1',
      modulus: 0,
    });
  });

  it('reads every key', () => {
    const config = {
      action: 'hashmod',
      source_labels: ['a', 'not-legacy', '__tmp'],
      separator: '',
      regex: 'x',
      target_label: '__tmp_hash',
      replacement: '',
      modulus: 8,
    };
    const { source_labels: sourceLabels, target_label: targetLabel, ...rest } = config;

    expect(RelabelConfig.parse(config)).toEqual({ ...rest, sourceLabels, targetLabel });
  });

  it.each(relabelActions)('accepts %s in any case', (action) => {
    const target =
      action.startsWith('label') || action === 'keep' ? {} : { target_label: 'a', modulus: 0 };
    const config = { ...target, ...(action === 'hashmod' ? { modulus: 2 } : {}) };

    const { data } = RelabelConfig.safeParse({ action: action.toUpperCase(), ...config });

    expect(data?.action).toBe(action);
  });

  it.each([
    { action: 'keep' },
    { action: 'keep', regex: 'a)|(b' },
    { action: 'drop', target_label: 'a-b' },
    { action: 'labelmap' },
    { action: 'labelmap', replacement: 'n_${1}_$2', source_labels: ['a'] },
    { action: 'labeldrop', regex: 'a', separator: ';', replacement: '$1', modulus: 0 },
    { action: 'keepequal', source_labels: ['a'], target_label: 'b', regex: '(.*)' },
    { action: 'uppercase', source_labels: ['a'], target_label: 'b', regex: 'x', modulus: 2 },
    { target_label: '$1' },
    { target_label: '${name}_$2x9' },
    { target_label: '_9', replacement: '' },
    { target_label: '__name__', replacement: 'a-b' },
  ])('accepts %j', (config) => {
    expect(messagesOf(config)).toEqual([]);
  });

  it.each`
    config                                                          | message
    ${{}}                                                           | ${'replace needs a target_label'}
    ${{ action: 'hashmod', target_label: 'a' }}                     | ${'hashmod needs a modulus of at least 1'}
    ${{ action: 'hashmod', modulus: 2 }}                            | ${'hashmod needs a target_label'}
    ${{ action: 'lowercase' }}                                      | ${'lowercase needs a target_label'}
    ${{ action: 'uppercase' }}                                      | ${'uppercase needs a target_label'}
    ${{ action: 'keepequal' }}                                      | ${'keepequal needs a target_label'}
    ${{ action: 'dropequal' }}                                      | ${'dropequal needs a target_label'}
    ${{ action: 'labelmap', replacement: '' }}                      | ${'replacement "" of labelmap must be a label name'}
    ${{ action: 'lowercase', target_label: 'a', replacement: 'x' }} | ${'lowercase does not allow replacement'}
    ${{ action: 'uppercase', target_label: 'a', replacement: '' }}  | ${'uppercase does not allow replacement'}
    ${{ action: 'keepequal', target_label: 'a', regex: 'x' }}       | ${'keepequal allows only source_labels and target_label'}
    ${{ action: 'keepequal', target_label: 'a', separator: ',' }}   | ${'keepequal allows only source_labels and target_label'}
    ${{ action: 'dropequal', target_label: 'a', replacement: 'x' }} | ${'dropequal allows only source_labels and target_label'}
    ${{ action: 'dropequal', target_label: 'a', modulus: 2 }}       | ${'dropequal allows only source_labels and target_label'}
    ${{ action: 'labeldrop', source_labels: ['a'] }}                | ${'labeldrop allows only regex'}
    ${{ action: 'labeldrop', target_label: 'a' }}                   | ${'labeldrop allows only regex'}
    ${{ action: 'labelkeep', replacement: 'a' }}                    | ${'labelkeep allows only regex'}
    ${{ action: 'labelkeep', separator: 'a' }}                      | ${'labelkeep allows only regex'}
    ${{ action: 'labelkeep', modulus: 2 }}                          | ${'labelkeep allows only regex'}
    ${{ action: 'keep', source_labels: [''] }}                      | ${'must not be empty'}
    ${{ action: 'keep', regex: 'a(b' }}                             | ${'"a(b" is not a valid RE2 pattern: missing closing ): `^(?s:a(b)$`'}
    ${{ action: 'keep', regex: '(?=a)' }}                           | ${'"(?=a)" is not a valid RE2 pattern: invalid or unsupported Perl syntax: `(?=`'}
    ${{ target_label: 'a', replacement: 1 }}                        | ${'must be text; put numbers, true and false in quotes'}
    ${{ action: 'nope' }}                                           | ${'unknown relabel action "nope"; use one of replace, keep, drop, keepequal, dropequal, hashmod, labelmap, labeldrop, labelkeep, lowercase, uppercase'}
  `('rejects $config: $message', ({ config, message }: { config: object; message: string }) => {
    expect(messagesOf(config)).toEqual([message]);
  });

  it.each([
    [{ action: 'hashmod', modulus: -1, target_label: 'a' }],
    [{ action: 'hashmod', modulus: 1.5, target_label: 'a' }],
    [{ action: 'hashmod', modulus: 2 ** 53, target_label: 'a' }],
    [{ action: 'keep', regexp: 'a' }],
    [{ action: 'keep', source_labels: 'a' }],
    [{ action: 'keep', source_labels: Array.from({ length: 101 }, () => 'a') }],
    [{ action: 'keep', regex: 'a'.repeat(10_001) }],
    [null],
  ])('rejects %j', (config) => {
    expect(messagesOf(config)).toHaveLength(1);
  });

  it('is limited to a thousand rules per receiver', () => {
    expect(parseEndpoint(1000).data?.write_relabel_configs).toHaveLength(1000);
    expect(parseEndpoint(1001).success).toBe(false);
  });
});

function parseEndpoint(count: number): ReturnType<typeof RemoteWriteEndpoint.safeParse> {
  const configs = Array.from({ length: count }, () => ({ action: 'keep' }));
  const url = 'https://mimir.example/api/v1/push';
  return RemoteWriteEndpoint.safeParse({ url, write_relabel_configs: configs });
}

function messagesOf(config: unknown): string[] {
  return (RelabelConfig.safeParse(config).error?.issues ?? []).map(({ message }) => message);
}
