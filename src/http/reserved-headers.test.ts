import { describe, expect, it } from 'vitest';

import { findReservedHeader, reservedHeaders } from './reserved-headers.ts';

describe('H2: findReservedHeader', () => {
  it('lets tenants and credentials pass', () => {
    const headers = { 'X-Scope-OrgID': 'a', 'THANOS-TENANT': 'b', Authorization: 'Bearer c' };

    expect(findReservedHeader(headers)).toBeUndefined();
    expect(findReservedHeader({})).toBeUndefined();
  });

  it.each(reservedHeaders)('finds %s however it is spelt', (name) => {
    const spelt = name.toUpperCase();

    expect(findReservedHeader({ 'X-Ok': '1', [spelt]: '2' })).toBe(spelt);
    expect(findReservedHeader({ [` ${name} `]: '2' })).toBe(` ${name} `);
  });
});
