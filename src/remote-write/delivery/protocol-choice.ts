import type { ProtocolVersion } from '../wire/protocol.ts';

export type WantedProtocol = ProtocolVersion | 'auto';

/**
 * Short enough that an upgraded receiver soon gets 2.0, and long enough that a receiver without 2.0 gets
 * few useless requests.
 */
const PROBE_AFTER_MS = 600_000;

/**
 * Protocol version for one receiver. `auto` starts with 2.0, falls back to 1.0 when the receiver does not
 * support 2.0, and tries 2.0 again later.
 */
export class ProtocolChoice {
  readonly #wanted: WantedProtocol;
  readonly #now: () => number;
  #fellBackMs = -Infinity;
  #hasWrittenV2 = false;
  #hasTriedV1 = false;

  /** @param now Milliseconds of a monotonic clock. */
  constructor(wanted: WantedProtocol, now: () => number = () => performance.now()) {
    this.#wanted = wanted;
    this.#now = now;
  }

  get current(): ProtocolVersion {
    if (this.#wanted !== 'auto') return this.#wanted;
    return this.#now() - this.#fellBackMs < PROBE_AFTER_MS ? '1.0' : '2.0';
  }

  get canFallBack(): boolean {
    return this.#wanted === 'auto';
  }

  /** Whether 1.0 may help a receiver that fails with 2.0: it has never written 2.0, and 1.0 was not tried yet. */
  get canTryV1(): boolean {
    return this.canFallBack && !this.#hasWrittenV2 && !this.#hasTriedV1;
  }

  /** Uses 1.0 until the next probe. */
  fallBack(): void {
    this.#fellBackMs = this.#now();
  }

  /** Records that a request that failed as 2.0 will be sent as 1.0. */
  recordV1Trial(): void {
    this.#hasTriedV1 = true;
  }

  /** The receiver has stored samples of a 2.0 request. */
  recordV2Write(): void {
    this.#hasWrittenV2 = true;
  }
}
