import type { ProtocolVersion } from '../wire/protocol.ts';

export type WantedProtocol = ProtocolVersion | 'auto';

/**
 * Which version of the protocol a receiver is sent. Left to us, it is 2.0 until the receiver shows
 * that it knows no 2.0, and then 1.0 for as long as the process lives. Once it has taken a request
 * of 2.0, only its own word counts against that: an older one may have come in its place.
 */
export class ProtocolChoice {
  readonly #wanted: WantedProtocol;
  #hasFallenBack = false;
  #isProven = false;

  constructor(wanted: WantedProtocol) {
    this.#wanted = wanted;
  }

  get current(): ProtocolVersion {
    if (this.#wanted !== 'auto') return this.#wanted;
    return this.#hasFallenBack ? '1.0' : '2.0';
  }

  get mayFallBack(): boolean {
    return this.#wanted === 'auto';
  }

  /** Whether the receiver has shown that it knows 2.0. */
  get isProven(): boolean {
    return this.#isProven;
  }

  fallBack(): void {
    this.#hasFallenBack = true;
  }

  /** The receiver said how much of a request of 2.0 it wrote: only one that knows 2.0 does. */
  prove(): void {
    this.#isProven ||= !this.#hasFallenBack;
  }
}
