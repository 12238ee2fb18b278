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

  it('aborts with the outer signal, also with one that has aborted before', () => {
    const outer = new AbortController();
    const deadline = startDeadline(10_000, outer.signal);

    outer.abort();

    expect(deadline.signal.aborted).toBe(true);
    expect(startDeadline(10_000, outer.signal).signal.aborted).toBe(true);
  });

  it('never aborts once it is cleared', async () => {
    const outer = new AbortController();
    const deadline = startDeadline(10, outer.signal);

    deadline.clear();
    outer.abort();
    await sleep(30);

    expect(deadline.signal.aborted).toBe(false);
  });
});
