import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import { startDeadline } from './deadline.ts';

describe('H4: startDeadline', () => {
  it('aborts at the deadline', async () => {
    const deadline = startDeadline(10, new AbortController().signal);
    expect(deadline.signal.aborted).toBe(false);

    await sleep(50);

    expect(deadline.signal.aborted).toBe(true);
  });

  it('aborts with the outer signal, even if that has already aborted', () => {
    const outer = new AbortController();
    const deadline = startDeadline(10_000, outer.signal);

    outer.abort();

    expect(deadline.signal.aborted).toBe(true);
    expect(startDeadline(10_000, outer.signal).signal.aborted).toBe(true);
  });

  it('does not abort after it was cleared', async () => {
    const outer = new AbortController();
    const deadline = startDeadline(10, outer.signal);

    deadline.clear();
    outer.abort();
    await sleep(30);

    expect(deadline.signal.aborted).toBe(false);
  });
});
