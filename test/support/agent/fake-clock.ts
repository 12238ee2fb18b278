import { setImmediate as nextTurn } from 'node:timers/promises';

import type { AgentClock } from '../../../src/agent/clock.ts';

interface Timer {
  readonly atMs: number;
  readonly callback: () => void;
}

/** A clock that only tests advance. */
export class FakeClock implements AgentClock {
  readonly #timers = new Set<Timer>();
  #nowMs: number;

  constructor(nowMs: number) {
    this.#nowMs = nowMs;
  }

  readonly now = (): number => this.#nowMs;

  readonly setTimer = (callback: () => void, ms: number): (() => void) => {
    const timer = { atMs: this.#nowMs + ms, callback };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  };

  get timers(): number {
    return this.#timers.size;
  }

  /** Advances the time and runs the timers that become due, one after the other. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await nextTurn();
    for (let next = this.#first(endMs); next !== undefined; next = this.#first(endMs)) {
      this.#timers.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.callback();
      await nextTurn();
    }
    this.#nowMs = endMs;
  }

  /** Changes the time without running timers, as a suspended machine or a changed clock does. */
  jump(ms: number): void {
    this.#nowMs += ms;
    const timers = [...this.#timers];
    this.#timers.clear();
    for (const { atMs, callback } of timers) this.#timers.add({ atMs: atMs + ms, callback });
  }

  #first(endMs: number): Timer | undefined {
    const due = [...this.#timers].filter(({ atMs }) => atMs <= endMs);
    return due.toSorted((a, b) => a.atMs - b.atMs)[0];
  }
}
