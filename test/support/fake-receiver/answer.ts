import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** How one request is answered: with a response, a reset connection, or never. */
export type Answer = Response | 'reset' | 'hang';

interface Response {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Delay before anything is sent. */
  readonly delayMs?: number;
  /** Breaks the connection in the middle of the body. */
  readonly cut?: boolean;
}

export async function sendAnswer(response: ServerResponse, answer: Answer): Promise<void> {
  if (answer === 'hang') return;
  if (answer === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  await sendResponse(response, answer);
}

async function sendResponse(response: ServerResponse, answer: Response): Promise<void> {
  const { status, headers = {}, body = '', delayMs = 0, cut = false } = answer;
  if (delayMs > 0) await sleep(delayMs, undefined, { ref: false });
  if (status === 204) {
    response.writeHead(status, headers).end();
    return;
  }

  const bytes = Buffer.from(body);
  response.writeHead(status, { 'Content-Length': bytes.length, ...headers });
  if (!cut) response.end(bytes);
  else response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
}

/** Whether the sender must not repeat the request: not after a server error, a timeout or "too many requests". */
export function isFinal(answer: Answer): boolean {
  return typeof answer === 'object' && answer.status < 500 && ![408, 429].includes(answer.status);
}

export function isSuccess(answer: Answer): boolean {
  return typeof answer === 'object' && answer.status >= 200 && answer.status < 300;
}
