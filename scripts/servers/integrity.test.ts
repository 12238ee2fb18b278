import { describe, expect, it } from 'vitest';

import { checkIntegrity } from './integrity.ts';

const integrity =
  'sha512-VclyEGoLMmex4fp699WE3c9gUe5RYw2knM6A2VOZI5DNbkxxityFK+t2GKciG346A+6ubG+1LTqIBWZcNX9rHw==';

describe('checkIntegrity', () => {
  it('accepts the expected bytes', () => {
    expect(() => checkIntegrity('x@1', Buffer.from('right'), integrity)).not.toThrow();
  });

  it('rejects other bytes and names the package', () => {
    expect(() => checkIntegrity('x@1', Buffer.from('wrong'), integrity)).toThrow(
      /^x@1 has the wrong checksum: sha512-.+ instead of sha512-/,
    );
  });
});
