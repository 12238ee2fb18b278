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

  it('calls it at once where the signal has aborted before', () => {
    const listener = vi.fn<() => void>();

    whenAborted(AbortSignal.abort(), listener);

    expect(listener).toHaveBeenCalledOnce();
  });

  it('leaves nothing at the signal when it is taken away', () => {
    const controller = new AbortController();
    const listener = vi.fn<() => void>();

    whenAborted(controller.signal, listener)();

    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    controller.abort();
    expect(listener).not.toHaveBeenCalled();
  });
});
