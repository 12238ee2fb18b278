import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Label } from '../time-series.ts';
import { createExternalLabels } from './external-labels.ts';
import { sortLabels } from './labels.ts';

describe('O9: createExternalLabels', () => {
  it.each`
    what                            | external                       | given                 | result
    ${'adds a label'}               | ${{ b: '2' }}                  | ${{ a: '1', c: '3' }} | ${{ a: '1', b: '2', c: '3' }}
    ${'adds one at the end'}        | ${{ z: '2' }}                  | ${{ a: '1' }}         | ${{ a: '1', z: '2' }}
    ${'sorts upper case first'}     | ${{ replica: 'r', Zone: 'z' }} | ${{ __name__: 'up' }} | ${{ Zone: 'z', __name__: 'up', replica: 'r' }}
    ${'keeps existing labels'}      | ${{ a: '9', b: '2' }}          | ${{ a: '1' }}         | ${{ a: '1', b: '2' }}
    ${'adds no empty label'}        | ${{ b: '' }}                   | ${{ a: '1' }}         | ${{ a: '1' }}
    ${'adds to an empty label set'} | ${{ b: '2', a: '1' }}          | ${{}}                 | ${{ a: '1', b: '2' }}
  `('$what', ({ external, given, result }: ExternalCase) => {
    const labels = createExternalLabels(external)(toLabels(given));

    expect(labels).toEqual(toLabels(result));
  });

  it.each([{}, { a: '9' }, { b: '' }])('returns the same object for %j', (external) => {
    const labels = toLabels({ a: '1' });

    expect(createExternalLabels(external)(labels)).toBe(labels);
  });

  it('always returns sorted, unique labels that contain the given ones', () => {
    const set = fc.dictionary(
      fc.stringMatching(/^[A-Z_a-c][a-c]?$/),
      fc.constantFrom('', '1', '2'),
    );

    fc.assert(
      fc.property(set, set, (external, given) => {
        const own = toLabels(given).filter(({ value }) => value !== '');
        const labels = createExternalLabels(external)(own);
        expect(labels).toEqual(sortLabels(labels));
        expect(new Set(labels.map(({ name }) => name)).size).toBe(labels.length);
        expect(labels).toEqual(expect.arrayContaining(own));
      }),
    );
  });
});

interface ExternalCase {
  readonly external: Record<string, string>;
  readonly given: Record<string, string>;
  readonly result: Record<string, string>;
}

function toLabels(set: Record<string, string>): Label[] {
  return sortLabels(Object.entries(set).map(([name, value]) => ({ name, value })));
}
