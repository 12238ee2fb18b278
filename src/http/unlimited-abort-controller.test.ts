import { setImmediate as nextTurn } from 'node:timers/promises';

import { expect, it, vi } from 'vitest';

import { createAbortControllerWithoutListenerLimit } from './unlimited-abort-controller.ts';

it.each([
  ['a patient signal', createAbortControllerWithoutListenerLimit(), 0],
  ['any other signal', new AbortController(), 1],
])('%s with 20 listeners', async (_, { signal }, warnings) => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  const told = vi.fn<(warning: Error) => void>();
  process.on('warning', told);

  for (let i = 0; i < 20; i++) signal.addEventListener('abort', () => undefined);
  await nextTurn();

  process.off('warning', told);
  expect(warn.mock.calls.length + told.mock.calls.length).toBe(warnings);
  warn.mockRestore();
});
