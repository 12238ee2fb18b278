import type { ResourceName } from './resources.ts';

/** How one request is answered: with a response, a watch, a reset connection, or never. */
export type Answer = Response | WatchAnswer | 'reset' | 'hang';

export interface Response {
  readonly status: number;
  /** JSON unless told otherwise. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | Iterable<string | Buffer>;
  /** Before anything is sent. */
  readonly delayMs?: number;
  /** Breaks the connection in the middle of the body. */
  readonly cut?: boolean;
  /** Called once the receiver has it all, or has gone. */
  readonly onSent?: () => void;
}

export interface WatchAnswer {
  readonly watch: {
    readonly resource: ResourceName;
    readonly fullSpec: boolean;
    /** Emits nothing, but stays open. */
    readonly silent: boolean;
    readonly namespace: string | undefined;
    readonly timeoutMs: number | undefined;
  };
}

export function json(status: number, value: unknown): Response {
  return { status, body: JSON.stringify(value) };
}

/** As Go's `http.Error` writes it. */
export function plainText(status: number, text: string): Response {
  const headers = {
    'Content-Type': 'text/plain; charset=utf-8',
    'X-Content-Type-Options': 'nosniff',
  };
  return { status, headers, body: `${text}\n` };
}
