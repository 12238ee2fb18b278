import axios from 'axios';

/**
 * Why there was no answer. Only of the code: the error itself holds the request with its headers,
 * and may end up in a log.
 *
 * @param otherwise What is said where the error has none.
 */
export function describeFailure(error: unknown, otherwise = 'the connection failed'): string {
  const code = axios.isAxiosError(error) ? error.code : undefined;
  return describeProxyAnswer(error) ?? code ?? otherwise;
}

/** The agent for proxies has no code for this, but always the same words. */
function describeProxyAnswer(error: unknown): string | undefined {
  const message = error instanceof Error ? error.message : '';
  const status = /^Bad response: (\d{3})$/.exec(message)?.[1];
  return status === undefined ? undefined : `the proxy answered ${status}`;
}
