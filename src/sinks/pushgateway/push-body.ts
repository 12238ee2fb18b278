import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

export type PushCompression = 'identity' | 'gzip';

interface PushBody {
  readonly bytes: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

const TEXT = { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' };

export async function encodePushBody(
  text: Buffer,
  compression: PushCompression,
): Promise<PushBody> {
  if (compression === 'identity') return { bytes: text, headers: TEXT };
  return { bytes: await gzipAsync(text), headers: { ...TEXT, 'Content-Encoding': 'gzip' } };
}

const gzipAsync = promisify(gzip);
