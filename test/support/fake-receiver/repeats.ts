import type { IncomingMessage } from 'node:http';

import { type Answer, isFinal } from './answer.ts';

interface Earlier {
  readonly attempt: number;
  readonly answer: Answer;
}

/** Remembers bodies, to distinguish retries from requests that only claim to be retries. */
export class Repeats {
  readonly #earlier = new Map<string, Earlier>();

  /** Checks a request that will get the given answer. */
  *check({ headers }: IncomingMessage, body: Buffer, answer: Answer): Generator<string> {
    const header = headers['retry-attempt'];
    const attempt = header === undefined ? 0 : Number(header);
    const key = body.toString('base64');
    const earlier = this.#earlier.get(key);
    this.#earlier.set(key, { attempt, answer });

    if (header !== undefined && !/^[1-9]\d*$/.test(String(header))) {
      yield `Retry-Attempt is ${String(header)}`;
    }
    if (!earlier) {
      if (attempt > 0) yield 'Retry-Attempt, but these bytes were never sent before';
      return;
    }
    if (attempt <= earlier.attempt) yield `sent again with Retry-Attempt ${attempt}`;
    if (isFinal(earlier.answer)) yield 'sent again after a final answer';
  }
}
