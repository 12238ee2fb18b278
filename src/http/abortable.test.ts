import { setImmediate as nextTurn } from 'node:timers/promises';

import { describe, expect, it, vi } from 'vitest';

import { abortable } from './abortable.ts';

describe('abortable', () => {
  it('settles like the promise', async () => {
    const { signal } = new AbortController();

    await expect(abortable(Promise.resolve(1), signal)).resolves.toBe(1);
    await expect(abortable(Promise.reject(new Error('no')), signal)).rejects.toThrow('no');
  });

  it('rejects with the reason of the signal when it aborts', async () => {
    const controller = new AbortController();
    const waiting = abortable(new Promise(() => undefined), controller.signal);

    controller.abort(new Error('too late'));

    await expect(waiting).rejects.toThrow('too late');
  });

  it('causes no unhandled rejection, even if the signal has already aborted', async () => {
    const onUnhandled = vi.fn<() => void>();
    process.on('unhandledRejection', onUnhandled);
    const fails = Promise.reject(new Error('the token server is down'));

    const waiting = abortable(fails, AbortSignal.abort(new Error('too late')));

    await expect(waiting).rejects.toThrow('too late');
    await nextTurn();
    process.off('unhandledRejection', onUnhandled);
    expect(onUnhandled).not.toHaveBeenCalled();
  });
});
