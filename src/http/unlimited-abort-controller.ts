import { setMaxListeners } from 'node:events';

/**
 * An `AbortController` for many listeners: every running request adds one, and Node.js warns about a leak
 * after ten.
 */
export function createAbortControllerWithoutListenerLimit(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}
