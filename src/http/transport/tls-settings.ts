import { isIP } from 'node:net';
import { checkServerIdentity, type ConnectionOptions, createSecureContext } from 'node:tls';

import { AccessError } from '../access-error.ts';
import type { TlsOptions } from '../access-options.ts';
import { describeErrorCode } from '../error-code.ts';
import type { SecretMemory } from '../secrets/secret-memory.ts';
import { pemReader } from '../secrets/secret.ts';
import { systemCaReader } from './system-cas.ts';

/** TLS settings of a receiver with the current content of its certificate files. */
export class TlsSettings {
  readonly #fixed: ConnectionOptions;
  readonly #readers: readonly (() => Promise<string | undefined>)[];
  readonly #memory: SecretMemory;
  #last: { readonly pems: readonly (string | undefined)[]; readonly options: ConnectionOptions };

  /** @param readSystemCas Used if the options contain no CA. */
  constructor(
    options: TlsOptions | undefined,
    memory: SecretMemory,
    readSystemCas: () => Promise<string | undefined> = systemCaReader(),
  ) {
    this.#fixed = fixedOptions(options ?? { insecureSkipVerify: false });
    const readCa = options?.ca === undefined ? readSystemCas : pemReader(options.ca);
    this.#readers = [readCa, ...[options?.cert, options?.key].map(pemReader)];
    this.#memory = memory;
    this.#last = { pems: [], options: this.#fixed };
  }

  /**
   * Returns the same object as long as nothing has changed.
   *
   * @throws {AccessError} A file is missing, or its content is unusable.
   */
  async read(): Promise<ConnectionOptions> {
    const pems = await Promise.all(this.#readers.map(async (read) => read()));
    if (pems.some((pem, index) => pem !== this.#last.pems[index])) {
      this.#last = { pems, options: this.#toOptions(pems) };
    }
    return this.#last.options;
  }

  #toOptions([ca, cert, key]: readonly (string | undefined)[]): ConnectionOptions {
    if (key !== undefined) this.#memory.remember(key);
    const options = {
      ...this.#fixed,
      ...(ca !== undefined && { ca }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
    };
    if (ca !== undefined && !ca.includes('-----BEGIN CERTIFICATE-----')) {
      throw new AccessError('the CA in tls_config contains no certificate in PEM format');
    }
    try {
      // Created once, because otherwise each connection would parse all CAs.
      return { ...options, secureContext: createSecureContext(options) };
    } catch (error) {
      // While both files are being replaced, they may briefly not match.
      throw new AccessError(
        `the certificate, key or CA in tls_config is invalid${describeErrorCode(error)}`,
      );
    }
  }
}

function fixedOptions(options: TlsOptions): ConnectionOptions {
  const { serverName, insecureSkipVerify, minVersion, maxVersion } = options;
  return {
    ...(serverName !== undefined && expectName(serverName)),
    // Always set, because NODE_TLS_REJECT_UNAUTHORIZED would replace a missing value.
    rejectUnauthorized: !insecureSkipVerify,
    ...(minVersion !== undefined && { minVersion }),
    ...(maxVersion !== undefined && { maxVersion }),
  };
}

/** An IP address is not allowed as an SNI name (RFC 6066 §3), but a certificate may contain it. */
function expectName(name: string): ConnectionOptions {
  if (isIP(name) === 0) return { servername: name };
  return { checkServerIdentity: (_, certificate) => checkServerIdentity(name, certificate) };
}
