import { describe, expect, it } from 'vitest';

import { RetryBudget } from './retry-budget.ts';

describe('H11: RetryBudget', () => {
  it('counts from the start of the first failed request', () => {
    const budget = new RetryBudget(100);

    budget.recordFailure(1000);
    budget.recordFailure(1050);

    expect(budget.allows(1100)).toBe(true);
    expect(budget.exhausted).toBe(false);
    expect(budget.allows(1101)).toBe(false);
    expect(budget.exhausted).toBe(true);
  });

  it('restarts after a response', () => {
    const budget = new RetryBudget(100);
    budget.recordFailure(1000);

    budget.recordAnswer(1090);
    budget.recordFailure(1150);

    expect(budget.allows(1250)).toBe(true);
  });

  it('counts only from an answer that arrived during the failed request', () => {
    const budget = new RetryBudget(100);

    budget.recordAnswer(1090);
    budget.recordFailure(1000);

    expect(budget.allows(1190)).toBe(true);
    expect(budget.allows(1191)).toBe(false);
  });

  it('stays exhausted after a late answer', () => {
    const budget = new RetryBudget(100);
    budget.recordFailure(0);
    budget.allows(101);

    budget.recordAnswer(102);

    expect(budget.allows(103)).toBe(false);
  });

  it('allows one attempt when half open, and is restored by an answer', () => {
    const budget = new RetryBudget(100);
    budget.recordFailure(0);
    budget.allows(101);

    budget.halfOpen();
    expect(budget.exhausted).toBe(false);
    budget.recordFailure(200);
    expect(budget.allows(201)).toBe(false);
    expect(budget.exhausted).toBe(true);

    budget.halfOpen();
    budget.recordAnswer(300);
    budget.recordFailure(310);
    expect(budget.allows(400)).toBe(true);
    expect(budget.allows(411)).toBe(false);
  });

  it('allows no retry if it is 0', () => {
    const budget = new RetryBudget(0);
    budget.recordFailure(5);

    expect(budget.allows(5)).toBe(false);
  });
});
