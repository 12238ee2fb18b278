/** A metric that the user defined cannot be. */
export class MetricDefinitionError extends Error {
  override readonly name = 'MetricDefinitionError';
}
