import { redact } from '../redact.ts';

/** Number of secrets to remember in addition to those of the configuration: a late answer may quote an old token. */
const MAX_REMEMBERED = 100;

/** Collects all secrets of a receiver, so that messages never repeat them. */
export class SecretMemory {
  readonly #fixed: Set<string>;
  /** Secrets from files or token servers, ordered by last use. */
  readonly #recent = new Set<string>();

  constructor(fixed: readonly string[]) {
    this.#fixed = new Set(fixed);
  }

  /** Adds secrets of the configuration permanently. */
  keep(...secrets: readonly string[]): void {
    for (const secret of secrets) this.#fixed.add(secret);
  }

  /** Adds secrets from files or token servers. Old ones are forgotten. */
  remember(...secrets: readonly string[]): void {
    for (const secret of secrets) {
      this.#recent.delete(secret);
      this.#recent.add(secret);
    }
    for (const oldest of this.#recent) {
      if (this.#recent.size <= MAX_REMEMBERED) break;
      this.#recent.delete(oldest);
    }
  }

  /**
   * Adds a header value with and without its scheme. For basic authentication, adds the user name and password
   * as well.
   */
  rememberHeader(value: string): void {
    const credentials = value.slice(value.indexOf(' ') + 1);
    this.remember(value, credentials);
    if (!value.startsWith('Basic ')) return;
    const decoded = Buffer.from(credentials, 'base64').toString();
    this.remember(decoded, decoded.slice(decoded.indexOf(':') + 1));
  }

  redact(text: string): string {
    const forms = new Set([...this.#fixed, ...this.#recent].flatMap(formsOf));
    // Replaces longer secrets first, because a secret may start with another one.
    return redact(
      text,
      [...forms].toSorted((a, b) => b.length - a.length),
    );
  }
}

/** Returns the text itself and its encodings in URLs and forms, which differ for spaces and `!'()~`. */
function formsOf(secret: string): string[] {
  const inUrl = encodeURIComponent(Buffer.from(secret).toString());
  return [secret, inUrl, formEncode(secret)];
}

/** Encodes one value as `application/x-www-form-urlencoded`. */
export function formEncode(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}
