import { describe, expect, it } from 'vitest';

import { ExternalLabels } from './external-labels.ts';

describe('ExternalLabels', () => {
  it('are names and values', () => {
    const labels = { region: 'eu', _x1: '' };

    expect(ExternalLabels.parse(labels)).toEqual(labels);
  });

  it.each(['', '1a', 'a-b', 'a:b', '__replica__', '__name__', 'ü'])(
    'have no name like %j',
    (name) => {
      const [issue] = ExternalLabels.safeParse({ [name]: 'x' }).error?.issues ?? [];

      expect(issue?.message).toContain(`${JSON.stringify(name)} must be a label name`);
    },
  );

  it('have no numbers for values', () => {
    expect(ExternalLabels.safeParse({ a: 1 }).success).toBe(false);
  });
});
