import { describe, expect, it } from 'vitest';

import { ExternalLabels } from './external-labels.ts';

describe('ExternalLabels', () => {
  it('are names and values', () => {
    const labels = { region: 'eu', _x1: '' };

    expect(ExternalLabels.parse(labels)).toEqual(labels);
  });

  it.each(['1a', 'a-b', 'a:b', '__replica__', 'ü'])('may be named %j, as in Prometheus', (name) => {
    expect(ExternalLabels.parse({ [name]: 'x' })).toEqual({ [name]: 'x' });
  });

  it('reject an empty name', () => {
    const [issue] = ExternalLabels.safeParse({ '': 'x' }).error?.issues ?? [];

    expect(issue?.message).toBe('a label name must not be empty');
  });

  it('reject numbers as values', () => {
    expect(ExternalLabels.safeParse({ a: 1 }).success).toBe(false);
  });
});
