/**
 * Why a request could not even be sent: no credentials, no usable certificate. Its message is for
 * people and holds no secret. What is wrong may be right a moment later, so it is worth a retry.
 */
export class AccessError extends Error {
  override readonly name = 'AccessError';
}
