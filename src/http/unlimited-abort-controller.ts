import { setMaxListeners } from 'node:events';

/**
 * An `AbortController` whose signal many may listen to: every request under way does, and Node
 * takes more than ten of them for a leak.
 */
export function createAbortControllerWithoutListenerLimit(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}
