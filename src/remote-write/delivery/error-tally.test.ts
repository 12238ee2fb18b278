import { describe, expect, it } from 'vitest';

import { ErrorTally } from './error-tally.ts';

describe('ErrorTally', () => {
  it('contains each sentence once, with its count', () => {
    const tally = new ErrorTally();
    for (const sentence of ['refused', 'reset', 'refused', 'refused']) tally.add(sentence);

    expect(tally.sentences()).toEqual(['refused (3 times)', 'reset']);
  });

  it('counts errors of one kind together, with the first series as an example', () => {
    const tally = new ErrorTally();
    for (const app of ['app0', 'app1', 'app}"2']) {
      tally.add(
        `receiver answered 400: out of order sample for series {image=${JSON.stringify(app)}}`,
      );
    }
    tally.add('receiver answered 409: out of order sample for series {image="app0"}');

    expect(tally.sentences()).toEqual([
      'receiver answered 400: out of order sample for series {image="app0"} (3 times)',
      'receiver answered 409: out of order sample for series {image="app0"}',
    ]);
  });

  it('is bounded, whatever receivers respond', () => {
    const tally = new ErrorTally();
    for (let i = 0; i < 1000; i++) tally.add(`sample ${'x'.repeat(i % 500)}`);

    const sentences = tally.sentences();

    expect(sentences).toHaveLength(11);
    expect(sentences.at(0)).toBe('sample  (2 times)');
    expect(sentences.at(-1)).toBe('980 more errors');
  });

  it('is empty without errors', () => {
    expect(new ErrorTally().sentences()).toEqual([]);
  });
});
