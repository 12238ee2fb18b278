/** Thrown if the configuration is invalid. The message names the key and where its value comes from. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
