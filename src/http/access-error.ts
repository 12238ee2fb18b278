/**
 * Thrown if a request could not be sent: no credentials, an unusable certificate, or no connection. The message
 * is a sentence without secrets. Unless it is final, the problem may be temporary, so a retry makes sense.
 */
export class AccessError extends Error {
  override readonly name = 'AccessError';
  readonly isFinal: boolean;

  constructor(message: string, { isFinal = false } = {}) {
    super(message);
    this.isFinal = isFinal;
  }
}
