/** Thrown if a user-defined metric is invalid. */
export class MetricDefinitionError extends Error {
  override readonly name = 'MetricDefinitionError';
}
