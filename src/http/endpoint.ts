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

/** @throws {TypeError} The text is not an http(s) URL. The message omits the URL, which may contain secrets. */
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

/** Decodes userinfo, which should be percent-encoded. A text with a lone `%` is used as it is. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
