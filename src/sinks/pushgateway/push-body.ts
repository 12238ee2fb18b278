import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

import { compressSnappyFramed } from './snappy-frames.ts';

export type PushCompression = 'identity' | 'gzip' | 'snappy';

interface PushBody {
  readonly bytes: Buffer;
  /** They say what the bytes are. */
  readonly headers: Readonly<Record<string, string>>;
}

const TEXT = { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' };

/** The body of a push, out of exposition text. */
export async function encodePushBody(
  text: Buffer,
  compression: PushCompression,
): Promise<PushBody> {
  switch (compression) {
    case 'identity':
      return { bytes: text, headers: TEXT };
    case 'gzip':
      return { bytes: await gzipAsync(text), headers: { ...TEXT, 'Content-Encoding': 'gzip' } };
    case 'snappy':
      return {
        bytes: compressSnappyFramed(text),
        headers: { ...TEXT, 'Content-Encoding': 'snappy' },
      };
    default:
      return compression satisfies never;
  }
}

const gzipAsync = promisify(gzip);
