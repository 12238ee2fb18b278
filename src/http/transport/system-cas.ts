import { readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { rootCertificates } from 'node:tls';

import { AccessError } from '../access-error.ts';
import { describeErrorCode } from '../error-code.ts';
import { pemReader } from '../secrets/secret.ts';

const CERTIFICATE = '-----BEGIN CERTIFICATE-----';

/** More files than in any distribution. */
const MAX_FILES = 2000;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Returns a function that reads the CAs in `SSL_CERT_FILE` and `SSL_CERT_DIR`, like OpenSSL and Go, and
 * returns them with the CAs of Node.js as one PEM text. The text is undefined if neither variable is
 * set. A file is read again when it changes. A folder is read only once, because it may have hundreds of
 * files.
 */
export function systemCaReader(
  environment: Environment = process.env,
): () => Promise<string | undefined> {
  const { SSL_CERT_FILE: file = '', SSL_CERT_DIR: folders = '' } = environment;
  if (file === '' && folders === '') return async () => undefined;
  const readFile = variableReader('SSL_CERT_FILE', file);
  // Node.js uses this variable only together with its own CAs.
  const readExtra = variableReader('NODE_EXTRA_CA_CERTS', environment['NODE_EXTRA_CA_CERTS'] ?? '');
  let inFolders: Promise<string> | undefined;
  let last = { found: [''], text: '' };
  return async () => {
    inFolders ??= readFolders(folders);
    const found = await Promise.all([readFile(), inFolders, readExtra()]);
    if (found.some((pem, index) => pem !== last.found[index])) {
      last = { found, text: [...rootCertificates, ...found].join('\n') };
    }
    return last.text;
  };
}

function variableReader(name: string, path: string): () => Promise<string> {
  if (path === '') return async () => '';
  const read = pemReader({ file: path });
  return async () => {
    const pem = await read().catch((error: unknown) => {
      throw error instanceof AccessError ? new AccessError(`${name}: ${error.message}`) : error;
    });
    if (pem?.includes(CERTIFICATE) === true) return pem;
    throw new AccessError(`${name}: ${path} contains no certificate in PEM format`);
  };
}

/** These folders may also contain other files, which are ignored. */
async function readFolders(folders: string): Promise<string> {
  const paths = await Promise.all(folders.split(delimiter).filter(Boolean).map(listFiles));
  const files = paths.flat().slice(0, MAX_FILES);
  const pems = await Promise.all(
    files.map(async (file) => pemReader({ file })().catch(() => undefined)),
  );
  return pems.filter((pem) => pem?.includes(CERTIFICATE)).join('\n');
}

async function listFiles(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).toSorted().map((name) => join(folder, name));
  } catch (error) {
    throw new AccessError(`SSL_CERT_DIR: cannot read ${folder}${describeErrorCode(error)}`);
  }
}
