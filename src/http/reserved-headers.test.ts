import { describe, expect, it } from 'vitest';

import { findReservedHeader, reservedHeaders } from './reserved-headers.ts';

describe('H2: findReservedHeader', () => {
  it('allows headers for tenants and credentials', () => {
    const headers = { 'X-Scope-OrgID': 'a', 'THANOS-TENANT': 'b', Authorization: 'Bearer c' };

    expect(findReservedHeader(headers)).toBeUndefined();
    expect(findReservedHeader({})).toBeUndefined();
  });

  it.each(reservedHeaders)('finds %s in any case', (name) => {
    const spelt = name.toUpperCase();

    expect(findReservedHeader({ 'X-Ok': '1', [spelt]: '2' })).toBe(spelt);
    expect(findReservedHeader({ [` ${name} `]: '2' })).toBe(` ${name} `);
  });
});
