import type { ProxyOptions } from '../access-options.ts';
import { matchesNoProxy } from './no-proxy.ts';

export interface Proxy {
  /** http, https or socks5 URL with userinfo. */
  readonly url: URL;
  readonly connectHeaders: ProxyOptions['connectHeaders'];
  /** Secrets that must not appear in messages. */
  readonly secrets: readonly string[];
}

/**
 * Protocols of proxies. As in curl, `socks5h` means that the proxy resolves the host name. With
 * `socks5`, the proxy resolves it too.
 */
export const proxyProtocol = /^(?:https?|socks5h?)$/;

export const proxyProtocolAdvice = 'must start with http://, https:// or socks5://';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Returns the proxy for a target, or undefined for a direct connection.
 *
 * @throws {TypeError} The proxy in the environment is not a supported proxy. The message omits its URL.
 */
export function findProxy(
  options: ProxyOptions,
  target: URL,
  environment: Environment = process.env,
): Proxy | undefined {
  const { connectHeaders } = options;
  const isOfEnvironment = options.url === undefined;
  const text = options.url ?? findVariable(target, environment);
  const noProxy = isOfEnvironment ? read(environment, 'NO_PROXY') : options.noProxy;
  // As in Prometheus, proxy_url without no_proxy applies to all targets, including localhost.
  const hasExceptions = isOfEnvironment || noProxy !== '';
  if (text === '' || (hasExceptions && matchesNoProxy(target, noProxy))) return undefined;
  const url = parse(text);
  const { username, password } = url;
  const basic = Buffer.from(`${decode(username)}:${decode(password)}`).toString('base64');
  const secrets = username === '' && password === '' ? [] : [password, decode(password), basic];
  return {
    url,
    connectHeaders,
    secrets: [...secrets, ...Object.values(connectHeaders).flat()],
  };
}

function findVariable({ protocol }: URL, environment: Environment): string {
  return read(environment, protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY');
}

/** Returns the proxy variables that are set but do not contain the URL of a supported proxy. */
export function findUnusableVariables(environment: Environment = process.env): string[] {
  return ['HTTPS_PROXY', 'HTTP_PROXY'].filter((name) => {
    const text = read(environment, name);
    return text !== '' && tryParse(text) === undefined;
  });
}

function read(environment: Environment, name: string): string {
  return environment[name] || environment[name.toLowerCase()] || '';
}

/** Also accepts `host:port`, which the variables often contain. */
function tryParse(text: string): URL | undefined {
  const full = text.includes('://') ? text : `http://${text}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  return url && proxyProtocol.test(url.protocol.slice(0, -1)) ? withLegalUserinfo(url) : undefined;
}

function parse(text: string): URL {
  const url = tryParse(text);
  if (url !== undefined) return url;
  throw new TypeError(`the proxy URL ${proxyProtocolAdvice}`);
}

/** Encodes userinfo again, because it may contain a lone `%`. */
function withLegalUserinfo(url: URL): URL {
  const legal = new URL(url);
  legal.username = encodeURIComponent(decode(url.username));
  legal.password = encodeURIComponent(decode(url.password));
  return legal;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
