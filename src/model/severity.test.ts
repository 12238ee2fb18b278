import { describe, expect, it } from 'vitest';

import { parseSeverity, severities } from './severity.ts';

describe('parseSeverity', () => {
  it.each(severities)('reads %s whatever its case', (severity) => {
    expect(parseSeverity(severity)).toBe(severity);
    expect(parseSeverity(severity.toLowerCase())).toBe(severity);
    expect(parseSeverity(severity.toUpperCase())).toBe(severity);
  });

  it.each(['Moderate', 'Important', 'critical ', 'None', '7.5', '', 'constructor'])(
    'returns undefined for %o',
    (text) => {
      expect(parseSeverity(text)).toBeUndefined();
    },
  );

  it('lists the worst severity first', () => {
    expect(severities).toEqual(['Critical', 'High', 'Medium', 'Low', 'Negligible', 'Unknown']);
  });
});
