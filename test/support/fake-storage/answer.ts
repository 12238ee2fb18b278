import type { ResourceName } from './resources.ts';

/** Answer to one request: a response, a watch, a reset connection, or none. */
export type Answer = Response | WatchAnswer | 'reset' | 'hang';

export interface Response {
  readonly status: number;
  /** @default JSON */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | Iterable<string | Buffer>;
  /** Delay before the first byte. */
  readonly delayMs?: number;
  /** Breaks the connection in the middle of the body. */
  readonly cut?: boolean;
  /** Whether the API server adds its headers. False if the storage rejects a request early. @default true */
  readonly isAudited?: boolean;
  /** Called once the client has received everything or has disconnected. */
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
  return { status, body: `${JSON.stringify(value)}\n` };
}

/** In the format of Go's `http.Error`. */
export function plainText(status: number, text: string): Response {
  const headers = {
    'Content-Type': 'text/plain; charset=utf-8',
    'X-Content-Type-Options': 'nosniff',
  };
  return { status, headers, body: `${text}\n` };
}
