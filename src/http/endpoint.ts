/** The parts of a receiver's URL. Its secrets are separate, so that they are sent only in a header. */
export interface Endpoint {
  /** URL for requests, with the query but without userinfo. */
  readonly href: string;
  /** Origin and path, for names and messages. */
  readonly label: string;
  /** `Basic` credentials from the userinfo. */
  readonly authorization: string | undefined;
  /** Parts of the URL that must not appear in messages. */
  readonly secrets: readonly string[];
}

export interface EndpointOptions {
  /**
   * Whether messages omit the path, which may contain a token. This is possible if messages can name the
   * receiver in another way.
   */
  readonly hidesPath?: boolean;
}

/** @throws {TypeError} The text is not an http(s) URL. The message omits the URL, which may contain secrets. */
export function parseEndpoint(text: string, { hidesPath = false }: EndpointOptions = {}): Endpoint {
  const url = parseUrl(text);
  const user = decode(url.username);
  const password = decode(url.password);
  const { origin, pathname, search } = url;
  const href = `${origin}${pathname}${search}`;
  const label = `${origin}${hidesPath && pathname !== '/' ? '/[redacted]' : pathname}`;
  const secrets = [
    ...[user, url.username, password, url.password],
    ...querySecrets(url),
    ...(hidesPath ? pathSecrets(url) : []),
  ];
  if (user === '' && password === '') return { href, label, authorization: undefined, secrets };

  const basic = Buffer.from(`${user}:${password}`).toString('base64');
  const authorization = `Basic ${basic}`;
  return { href, label, authorization, secrets: [...secrets, basic] };
}

/** A parameter without a value may be a token too. */
function querySecrets({ search, searchParams }: URL): string[] {
  const names = [...searchParams].flatMap(([name, value]) => (value === '' ? [name] : []));
  return [search, search.slice(1), ...searchParams.values(), ...names];
}

/** Returns the whole path, and those of its parts that are not words such as `api` and `push`. */
function pathSecrets({ pathname }: URL): string[] {
  const parts = pathname.split('/').filter((part) => /\d/.test(part) || part.length >= 16);
  return [pathname, ...parts, ...parts.map(decode)].filter((secret) => secret !== '/');
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new TypeError('the URL of a receiver must start with http:// or https://');
}

/** Decodes userinfo, which should be percent-encoded. A text with a lone `%` is used as it is. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
