import { getEventListeners } from 'node:events';

import { describe, expect, it, vi } from 'vitest';

import { whenAborted } from './when-aborted.ts';

describe('whenAborted', () => {
  it('calls the listener once when the signal aborts', () => {
    const controller = new AbortController();
    const listener = vi.fn<() => void>();
    whenAborted(controller.signal, listener);
    expect(listener).not.toHaveBeenCalled();

    controller.abort();

    expect(listener).toHaveBeenCalledOnce();
  });

  it('calls the listener immediately if the signal has already aborted', () => {
    const listener = vi.fn<() => void>();

    whenAborted(AbortSignal.abort(), listener);

    expect(listener).toHaveBeenCalledOnce();
  });

  it('removes the listener from the signal on release', () => {
    const controller = new AbortController();
    const listener = vi.fn<() => void>();

    whenAborted(controller.signal, listener)();

    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    controller.abort();
    expect(listener).not.toHaveBeenCalled();
  });
});
