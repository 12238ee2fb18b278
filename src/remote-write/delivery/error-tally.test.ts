import { describe, expect, it } from 'vitest';

import { ErrorTally } from './error-tally.ts';

describe('ErrorTally', () => {
  it('contains each sentence once, with its count', () => {
    const tally = new ErrorTally();
    for (const sentence of ['refused', 'reset', 'refused', 'refused']) tally.add(sentence);

    expect(tally.sentences()).toEqual(['refused (3 times)', 'reset']);
  });

  it('is bounded, whatever receivers respond', () => {
    const tally = new ErrorTally();
    for (let i = 0; i < 1000; i++) tally.add(`sample ${i % 500}`);

    const sentences = tally.sentences();

    expect(sentences).toHaveLength(11);
    expect(sentences.at(0)).toBe('sample 0 (2 times)');
    expect(sentences.at(-1)).toBe('980 more errors');
  });

  it('is empty without errors', () => {
    expect(new ErrorTally().sentences()).toEqual([]);
  });
});
