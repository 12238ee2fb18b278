import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGzip } from 'node:zlib';

import type { Response } from './answer.ts';
import { auditHeaders } from './audit-headers.ts';

/** Minimum size of compressed bodies in bytes. */
const COMPRESS_FROM = 128 * 1024;

/** Size of Go's first write in bytes. */
const FIRST_WRITE = 2048;

/** Minimum number of characters per write. */
const WRITE_FROM = 64 * 1024;

/** Sends a response and releases the worker, even if the client has disconnected. */
export async function sendResponse(
  response: ServerResponse,
  answer: Response,
  compress: boolean,
): Promise<void> {
  const { status, headers, body = '', delayMs = 0, cut = false, isAudited = true, onSent } = answer;
  try {
    if (delayMs > 0) await sleep(delayMs, undefined, { ref: false });
    const audit = isAudited ? auditHeaders() : {};
    const head = { ...audit, 'Content-Type': 'application/json', ...headers };
    if (cut) await sendHalf(response, status, { head, body });
    else await sendBody(response, status, { head, body, compress });
  } catch {
    // The client has disconnected.
    response.destroy();
  } finally {
    onSent?.();
  }
}

interface Content {
  readonly head: Readonly<Record<string, string>>;
  readonly body: NonNullable<Response['body']>;
}

async function sendBody(
  response: ServerResponse,
  status: number,
  { head, body, compress }: Content & { readonly compress: boolean },
): Promise<void> {
  const acceptsGzip = /\bgzip\b/.test(response.req.headers['accept-encoding'] ?? '');
  const { chunks, isLarge } = readAhead(body);
  if (compress && acceptsGzip && isLarge) {
    response.writeHead(status, { ...head, 'Content-Encoding': 'gzip', Vary: 'Accept-Encoding' });
    await pipeline(Readable.from(chunks, { highWaterMark: 2 }), createGzip({ level: 1 }), response);
    return;
  }
  response.writeHead(status, { ...lengthOf(chunks, isLarge), ...head });
  await pipeline(Readable.from(chunks, { highWaterMark: 2 }), response);
}

/** Go states the length of bodies that fit into its first write, and sends others in chunks. */
function lengthOf(
  chunks: Iterable<string | Buffer>,
  isLarge: boolean,
): { 'Content-Length'?: number } {
  if (isLarge) return {};
  let bytes = 0;
  for (const chunk of chunks) bytes += Buffer.byteLength(chunk);
  return bytes <= FIRST_WRITE ? { 'Content-Length': bytes } : {};
}

/** Reads just enough to decide whether to compress. */
function readAhead(body: Content['body']): {
  readonly chunks: Iterable<string | Buffer>;
  readonly isLarge: boolean;
} {
  const source = chunksOf(body)[Symbol.iterator]();
  const first: (string | Buffer)[] = [];
  let length = 0;
  while (length <= COMPRESS_FROM) {
    const next = source.next();
    if (next.done === true) return { chunks: first, isLarge: false };
    first.push(next.value);
    length += next.value.length;
  }
  return { chunks: concatenated(first, source), isLarge: true };
}

function* concatenated<T>(first: Iterable<T>, rest: Iterator<T>): Generator<T> {
  yield* first;
  for (let next = rest.next(); next.done !== true; next = rest.next()) yield next.value;
}

async function sendHalf(
  response: ServerResponse,
  status: number,
  { head, body }: Content,
): Promise<void> {
  const bytes = Buffer.concat([...chunksOf(body)].map((chunk) => Buffer.from(chunk)));
  response.writeHead(status, { ...head, 'Content-Length': bytes.length });
  await new Promise((resolve) => {
    response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), resolve);
  });
  response.destroy();
}

/**
 * Groups items into larger chunks like a real server, because each chunk wakes the reader. Chunks are
 * never empty, because an empty one ends a stream.
 */
function* chunksOf(body: Content['body']): Generator<string | Buffer> {
  if (typeof body === 'string' || Buffer.isBuffer(body)) {
    yield body;
    return;
  }
  let texts = '';
  for (const chunk of body) {
    if (typeof chunk === 'string') {
      texts += chunk;
      if (texts.length < WRITE_FROM) continue;
    }
    yield* unlessEmpty(texts);
    texts = '';
    if (typeof chunk !== 'string') yield* unlessEmpty(chunk);
  }
  yield* unlessEmpty(texts);
}

function* unlessEmpty<Piece extends string | Buffer>(piece: Piece): Generator<Piece> {
  if (piece.length > 0) yield piece;
}
