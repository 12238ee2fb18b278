import { describe, expect, it } from 'vitest';

import { toHex } from '../../../test/support/remote-write/wire-bytes.ts';
import { LabelCache } from './label-cache.ts';

describe('LabelCache', () => {
  it('encodes a pair once', () => {
    const cache = new LabelCache();

    const first = cache.get('a', 'b');

    expect(first && toHex(first)).toBe('0a060a0161120162');
    expect(cache.get('a', 'b')).toBe(first);
  });

  it('distinguishes pairs that look alike when joined', () => {
    const cache = new LabelCache();

    expect(cache.get('ab', 'c')).not.toEqual(cache.get('a', 'bc'));
    expect(cache.get('a', 'c')).not.toEqual(cache.get('a', 'b'));
    expect(cache.get('__proto__', 'x')).toHaveLength(2 + 2 + 9 + 2 + 1);
  });

  it('starts over when it is full', () => {
    const cache = new LabelCache(2);
    const first = cache.get('a', '1');
    cache.get('a', '2');
    cache.get('b', '3');

    expect(cache.get('a', '1')).not.toBe(first);
    expect(cache.get('a', '1')).toEqual(first);
  });

  it('replaces lone surrogates, which cannot be encoded in UTF-8', () => {
    const value = `${'x'.repeat(50)}\ud800`;

    expect(new LabelCache().get('a', value)).toEqual(
      new LabelCache().get('a', `${'x'.repeat(50)}\ufffd`),
    );
  });
});
