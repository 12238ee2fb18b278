import { redact } from '../../http/redact.ts';

/** Tokens change every hour, and a late answer may quote the one before. */
const MAX_REMEMBERED = 100;

/** Everything secret that a receiver was or may have been told, so that no message repeats it. */
export class SecretMemory {
  readonly #fixed: string[];
  /** In the order of their last use. */
  readonly #recent = new Set<string>();

  constructor(fixed: readonly string[]) {
    this.#fixed = [...fixed];
  }

  /** Secrets of the configuration, for good. */
  keep(...secrets: readonly string[]): void {
    this.#fixed.push(...secrets);
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

  redact(text: string): string {
    const secrets = [...this.#fixed, ...this.#recent];
    const encoded = secrets.map((secret) => encodeURIComponent(Buffer.from(secret).toString()));
    // Longer ones first: a secret that begins another one would leave the rest of it behind.
    return redact(
      text,
      [...secrets, ...encoded].toSorted((a, b) => b.length - a.length),
    );
  }
}
