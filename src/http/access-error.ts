/**
 * A request could not be sent, because credentials are missing, a certificate is unusable, or no
 * connection is possible. The message is a sentence without secrets. The problem may be temporary unless
 * the error is final, so a retry makes sense.
 */
export class AccessError extends Error {
  override readonly name = 'AccessError';
  readonly isFinal: boolean;

  constructor(message: string, { isFinal = false } = {}) {
    super(message);
    this.isFinal = isFinal;
  }
}
