import { setImmediate as nextTurn } from 'node:timers/promises';

import { expect, it, vi } from 'vitest';

import { createAbortControllerWithoutListenerLimit } from './unlimited-abort-controller.ts';

it.each([
  ['a signal without a listener limit', createAbortControllerWithoutListenerLimit(), 0],
  ['an ordinary signal', new AbortController(), 1],
])('counts the warnings of %s with 20 listeners', async (_, { signal }, warnings) => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  const onWarning = vi.fn<(warning: Error) => void>();
  process.on('warning', onWarning);

  for (let i = 0; i < 20; i++) signal.addEventListener('abort', () => undefined);
  await nextTurn();

  process.off('warning', onWarning);
  expect(warn.mock.calls.length + onWarning.mock.calls.length).toBe(warnings);
  warn.mockRestore();
});
