import { setImmediate as nextTurn } from 'node:timers/promises';

import { describe, expect, it, vi } from 'vitest';

import { abortable } from './abortable.ts';

describe('abortable', () => {
  it('gives what the promise gives', async () => {
    const { signal } = new AbortController();

    await expect(abortable(Promise.resolve(1), signal)).resolves.toBe(1);
    await expect(abortable(Promise.reject(new Error('no')), signal)).rejects.toThrow('no');
  });

  it('waits no longer than the signal allows', async () => {
    const controller = new AbortController();
    const waiting = abortable(new Promise(() => undefined), controller.signal);

    controller.abort(new Error('too late'));

    await expect(waiting).rejects.toThrow('too late');
  });

  it('leaves no rejection without a listener, also where it does not wait at all', async () => {
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
