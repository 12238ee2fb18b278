import { describe, expect, it } from 'vitest';

import { Size } from './size.ts';

describe('Size', () => {
  it.each`
    text        | bytes
    ${'1KiB'}   | ${1024}
    ${'512KiB'} | ${524_288}
    ${'64MiB'}  | ${67_108_864}
    ${'2GiB'}   | ${2_147_483_648}
  `('reads $text as $bytes bytes', ({ text, bytes }: { text: string; bytes: number }) => {
    expect(Size.parse(text)).toBe(bytes);
  });

  it.each(['', '64', 'MiB', '64MB', '64mib', '64M', '1.5MiB', '-1MiB', '64 MiB', '64MiB '])(
    'rejects %o',
    (text) => {
      expect(Size.safeParse(text).error?.issues).toMatchObject([
        { message: 'must be a size such as 512KiB or 64MiB' },
      ]);
    },
  );

  it.each([64, null])('rejects %o, which is not text', (value) => {
    expect(Size.safeParse(value).success).toBe(false);
  });
});
