import { AccessError } from '../access-error.ts';
import type { Secret } from '../access-options.ts';
import { ChangingFile } from './changing-file.ts';

/** The longest tokens are about 10 KiB, and headers are limited to 16 KiB. */
const MAX_SECRET_BYTES = 64 * 1024;

/** CA bundles of Linux distributions are about 250 KiB. */
const MAX_PEM_BYTES = 4 * 2 ** 20;

export type ReadSecret = () => Promise<string>;

/**
 * Reads a password, token or name. Trims white space around the content of files, which editors and `echo` add.
 */
export function secretReader(secret: Secret): ReadSecret {
  if ('text' in secret) return async () => secret.text;
  const file = new ChangingFile(secret.file, MAX_SECRET_BYTES);
  return async () => notEmpty((await file.read()).trim(), secret.file);
}

/** Reads certificates or a key without changes. */
export function pemReader(secret: Secret | undefined): () => Promise<string | undefined> {
  if (secret === undefined) return async () => undefined;
  if ('text' in secret) return async () => secret.text;
  const file = new ChangingFile(secret.file, MAX_PEM_BYTES);
  return async () => notEmpty(await file.read(), secret.file);
}

function notEmpty(text: string, path: string): string {
  if (text.trim() === '') throw new AccessError(`${path} is empty`);
  return text;
}
