import type { ProxyOptions } from '../access-options.ts';
import { matchesNoProxy } from './no-proxy.ts';

export interface Proxy {
  /** http or https, with userinfo. */
  readonly url: URL;
  readonly connectHeaders: ProxyOptions['connectHeaders'];
  /** What no message may show. */
  readonly secrets: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy for a target, if it is not to be reached directly.
 *
 * @throws {TypeError} The proxy of the environment is none for HTTP. Its URL is not quoted.
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
  // As in Prometheus: a proxy_url alone is for everything, this machine included.
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

/** The variables out of which a proxy may come but cannot: they hold no http or https URL. */
export function findUnusableVariables(environment: Environment = process.env): string[] {
  return ['HTTPS_PROXY', 'HTTP_PROXY'].filter((name) => {
    const text = read(environment, name);
    return text !== '' && tryParse(text) === undefined;
  });
}

function read(environment: Environment, name: string): string {
  return environment[name] || environment[name.toLowerCase()] || '';
}

/** The variables often hold only `host:port`. */
function tryParse(text: string): URL | undefined {
  const full = text.includes('://') ? text : `http://${text}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  return url && /^https?:$/.test(url.protocol) ? withLegalUserinfo(url) : undefined;
}

function parse(text: string): URL {
  const url = tryParse(text);
  if (url !== undefined) return url;
  throw new TypeError('the proxy of the environment needs an http:// or https:// URL');
}

/** A lone `%` in a password is taken as it is, but nobody else could decode it. */
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
