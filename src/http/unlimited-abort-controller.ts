import { setMaxListeners } from 'node:events';

/**
 * Creates an `AbortController` for many listeners. Every running request adds one, and Node.js would warn about
 * a leak after ten.
 */
export function createAbortControllerWithoutListenerLimit(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}
