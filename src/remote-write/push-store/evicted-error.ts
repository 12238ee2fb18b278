/** Thrown if a batch was evicted before it was sent. */
export class EvictedError extends Error {
  override readonly name = 'EvictedError';

  constructor() {
    super('evicted to make room for newer samples');
  }
}
