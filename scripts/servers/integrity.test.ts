import { describe, expect, it } from 'vitest';

import { checkIntegrity } from './integrity.ts';

const integrity =
  'sha512-VclyEGoLMmex4fp699WE3c9gUe5RYw2knM6A2VOZI5DNbkxxityFK+t2GKciG346A+6ubG+1LTqIBWZcNX9rHw==';

describe('checkIntegrity', () => {
  it('takes what was chosen', () => {
    expect(() => checkIntegrity('x@1', Buffer.from('right'), integrity)).not.toThrow();
  });

  it('refuses anything else, and names it', () => {
    expect(() => checkIntegrity('x@1', Buffer.from('wrong'), integrity)).toThrow(
      /^x@1 is not what was expected: it has sha512-.+ instead of sha512-/,
    );
  });
});
