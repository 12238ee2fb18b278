import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Label } from '../time-series.ts';
import { escapeNames } from './label-names.ts';
import { findLabelProblem, sortLabels } from './labels.ts';

const up: Label = { name: '__name__', value: 'up' };

describe('E5: escapeNames', () => {
  it.each`
    given             | name
    ${'app.kube/x-y'} | ${'app_kube_x_y'}
    ${'a:b'}          | ${'a_b'}
    ${'9a'}           | ${'_9a'}
    ${'été'}          | ${'_t_'}
    ${'😀'}           | ${'_'}
    ${'--x'}          | ${'_x'}
    ${'-_name__'}     | ${'_name__'}
    ${'a__b'}         | ${'a__b'}
    ${'__replica__'}  | ${'__replica__'}
  `('turns the label name $given into $name', ({ given, name }: Record<string, string>) => {
    expect(escapeNames([up, { name: given ?? '', value: 'x' }])).toEqual(
      sortLabels([up, { name: name ?? '', value: 'x' }]),
    );
  });

  it.each`
    given    | name
    ${'a.b'} | ${'a_b'}
    ${'a:b'} | ${'a:b'}
    ${'9a'}  | ${'_9a'}
    ${'__a'} | ${'__a'}
  `('turns the metric name $given into $name', ({ given, name }: Record<string, string>) => {
    expect(escapeNames([{ name: '__name__', value: given ?? '' }])).toEqual([
      { name: '__name__', value: name },
    ]);
  });

  it('keeps the label whose name was valid, otherwise the first', () => {
    const labels = ['a-b', 'a.b', 'a_b'].map((name) => ({ name, value: name }));

    expect(escapeNames(labels)).toEqual([{ name: 'a_b', value: 'a_b' }]);
    expect(escapeNames(labels.slice(0, 2))).toEqual([{ name: 'a_b', value: 'a-b' }]);
  });

  it('always makes labels that remote write 1.0 allows', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.uniqueArray(name), (names) => {
        const labels = sortLabels([up, ...names.map((one) => ({ name: one, value: 'x' }))]);
        expect(findLabelProblem(escapeNames(labels))).toBeUndefined();
      }),
    );
  });
});
