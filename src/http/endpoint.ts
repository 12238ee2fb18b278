/** The URL of a receiver, split so that its secrets go only into a header. */
export interface Endpoint {
  /** Target of requests: with the query, without userinfo. */
  readonly href: string;
  /** Origin and path, for names and messages. */
  readonly label: string;
  /** `Basic` credentials from the userinfo. */
  readonly authorization: string | undefined;
  /** Parts of the URL that must not appear in messages. */
  readonly secrets: readonly string[];
}

/** @throws {TypeError} Not an http(s) URL. The message omits the URL, which may contain secrets. */
export function parseEndpoint(text: string): Endpoint {
  const url = parseUrl(text);
  const user = decode(url.username);
  const password = decode(url.password);
  const label = `${url.origin}${url.pathname}`;
  const secrets = [password, url.password, ...url.searchParams.values()];
  if (user === '' && password === '') {
    return { href: `${label}${url.search}`, label, authorization: undefined, secrets };
  }

  const basic = Buffer.from(`${user}:${password}`).toString('base64');
  const authorization = `Basic ${basic}`;
  return { href: `${label}${url.search}`, label, authorization, secrets: [...secrets, basic] };
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new TypeError('the URL of a receiver must start with http:// or https://');
}

/** Userinfo should be percent-encoded. A lone `%` in a password is used as it is. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
