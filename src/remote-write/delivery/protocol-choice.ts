import type { ProtocolVersion } from '../wire/protocol.ts';

export type WantedProtocol = ProtocolVersion | 'auto';

/**
 * Protocol version for one receiver. `auto` starts with 2.0. A fallback to 1.0 lasts until the process exits.
 * After a receiver has confirmed 2.0, only an explicit 415 causes a fallback: an older version may have replaced
 * the receiver.
 */
export class ProtocolChoice {
  readonly #wanted: WantedProtocol;
  #hasFallenBack = false;
  #isV2Confirmed = false;

  constructor(wanted: WantedProtocol) {
    this.#wanted = wanted;
  }

  get current(): ProtocolVersion {
    if (this.#wanted !== 'auto') return this.#wanted;
    return this.#hasFallenBack ? '1.0' : '2.0';
  }

  get canFallBack(): boolean {
    return this.#wanted === 'auto';
  }

  get isV2Confirmed(): boolean {
    return this.#isV2Confirmed;
  }

  fallBack(): void {
    this.#hasFallenBack = true;
  }

  /** Call when the receiver has reported written counts, which only 2.0 defines. */
  confirmV2(): void {
    this.#isV2Confirmed ||= !this.#hasFallenBack;
  }
}
