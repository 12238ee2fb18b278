import { describe, expect, it } from 'vitest';

import { crc32c } from './crc32c.ts';

interface VectorCase {
  readonly bytes: Uint8Array;
  readonly sum: number;
}

const rising = Uint8Array.from({ length: 32 }, (_, index) => index);

describe('crc32c', () => {
  // RFC 3720, section B.4, and the check value that catalogues of checksums give.
  it.each`
    what                   | bytes                       | sum
    ${'nothing'}           | ${Buffer.alloc(0)}          | ${0}
    ${'the check value'}   | ${Buffer.from('123456789')} | ${0xe3069283}
    ${'32 bytes of zeros'} | ${Buffer.alloc(32)}         | ${0x8a9136aa}
    ${'32 bytes of ones'}  | ${Buffer.alloc(32, 0xff)}   | ${0x62a8ab43}
    ${'32 rising bytes'}   | ${rising}                   | ${0x46dd794e}
    ${'32 falling bytes'}  | ${rising.toReversed()}      | ${0x113fdb5c}
  `('of $what is as published', ({ bytes, sum }: VectorCase) => {
    expect(crc32c(bytes)).toBe(sum);
  });
});
