/** The URL of a receiver, taken apart so that its secrets travel in a header and nowhere else. */
export interface Endpoint {
  /** Where to post to: with the query, without userinfo. */
  readonly href: string;
  /** Origin and path, for names and messages. */
  readonly label: string;
  /** `Basic` credentials from the userinfo. */
  readonly authorization: string | undefined;
  /** Parts of the URL that no message may show. */
  readonly secrets: readonly string[];
}

/** @throws {TypeError} If it is not an http(s) URL. The message leaves it out: it may hold secrets. */
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
  throw new TypeError('remote write needs an http:// or https:// URL');
}

/** Userinfo is percent-encoded, or should be: a lone `%` in a password is taken as it is. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
