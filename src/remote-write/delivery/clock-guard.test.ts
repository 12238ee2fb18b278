import { describe, expect, it } from 'vitest';

import { ClockGuard } from './clock-guard.ts';

describe('ClockGuard', () => {
  it('warns once about a wrong clock, and again after it was right', () => {
    const guard = new ClockGuard(() => 1_000_000);

    guard.recordServerTime(1_060_000);
    expect(guard.takeWarning()).toBeUndefined();
    guard.recordServerTime(1_061_000);
    guard.recordServerTime(1_062_000);
    expect(guard.takeWarning()).toMatch(/^the local clock is 61s behind the receiver's/);
    expect(guard.takeWarning()).toBeUndefined();

    guard.recordServerTime(1_000_000);
    guard.recordServerTime(900_000);
    expect(guard.takeWarning()).toMatch(/^the local clock is 100s ahead of the receiver's/);
  });
});
