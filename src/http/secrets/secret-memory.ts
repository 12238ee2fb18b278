import { redact } from '../redact.ts';

/** Tokens change every hour, and a late answer may quote the one before. */
const MAX_REMEMBERED = 100;

/** Everything secret that a receiver was or may have been told, so that no message repeats it. */
export class SecretMemory {
  readonly #fixed: Set<string>;
  /** In the order of their last use. */
  readonly #recent = new Set<string>();

  constructor(fixed: readonly string[]) {
    this.#fixed = new Set(fixed);
  }

  /** Secrets of the configuration, for good. */
  keep(...secrets: readonly string[]): void {
    for (const secret of secrets) this.#fixed.add(secret);
  }

  /** Secrets that came up at run time: out of files, or from a token server. */
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
   * A header's value as it is sent: with and without the scheme before it, and, of Basic
   * credentials, what they are made of.
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
    // Longer ones first: a secret that begins another one would leave the rest of it behind.
    return redact(
      text,
      [...forms].toSorted((a, b) => b.length - a.length),
    );
  }
}

/** As it is, and as it stands in a URL and in a form, which differ in spaces and `!'()~`. */
function formsOf(secret: string): string[] {
  const inUrl = encodeURIComponent(Buffer.from(secret).toString());
  return [secret, inUrl, formEncode(secret)];
}

/** One value as `application/x-www-form-urlencoded` has it. */
export function formEncode(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}
