import type { KeyObject } from 'node:crypto';
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

import {
  bitString,
  boolean,
  der,
  integer,
  octetString,
  oid,
  sequence,
  set,
  tagged,
  utcTime,
  utf8String,
} from './der.ts';

/** Certificate and private key, both PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export interface Certificates {
  /** Certificate of the CA that signed the other two. */
  readonly ca: string;
  readonly server: Certificate;
  readonly client: Certificate;
}

export interface CertificateOptions {
  /** Common name of the client. @default 'kubescape-push' */
  readonly user?: string;
  /** Names of the server in addition to 127.0.0.1. @default ['localhost'] */
  readonly serverNames?: readonly string[];
}

/** Creates a CA and certificates signed by it, without external programs. */
export function makeCertificates({
  user = 'kubescape-push',
  serverNames = ['localhost'],
}: CertificateOptions = {}): Certificates {
  const ca = makeKeys();
  const issuer = distinguishedName('Fake Kubernetes CA');
  const signer = { issuer, key: ca.privateKey };
  return {
    ca: issue(signer, { subject: issuer, key: ca, extensions: CA_EXTENSIONS }).cert,
    server: issue(signer, {
      subject: distinguishedName('kube-apiserver'),
      key: makeKeys(),
      extensions: [extension(EXTENDED_KEY_USAGE, sequence(SERVER_AUTH)), alternatives(serverNames)],
    }),
    client: issue(signer, {
      subject: distinguishedName(user),
      key: makeKeys(),
      extensions: [extension(EXTENDED_KEY_USAGE, sequence(CLIENT_AUTH))],
    }),
  };
}

interface Keys {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

interface Signer {
  readonly issuer: Buffer;
  readonly key: KeyObject;
}

interface Request {
  readonly subject: Buffer;
  readonly key: Keys;
  readonly extensions: readonly Buffer[];
}

const ECDSA_WITH_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));
const COMMON_NAME = oid('2.5.4.3');
const BASIC_CONSTRAINTS = oid('2.5.29.19');
const KEY_USAGE = oid('2.5.29.15');
const SUBJECT_ALTERNATIVE_NAME = oid('2.5.29.17');
const EXTENDED_KEY_USAGE = oid('2.5.29.37');
const SERVER_AUTH = oid('1.3.6.1.5.5.7.3.1');
const CLIENT_AUTH = oid('1.3.6.1.5.5.7.3.2');
const CRITICAL = boolean(true);
const VERSION_3 = tagged(0, integer(Buffer.from([2])));

/** Key usage keyCertSign (bit 5), followed by one unused bit. */
const CA_EXTENSIONS = [
  sequence(BASIC_CONSTRAINTS, CRITICAL, octetString(sequence(boolean(true)))),
  sequence(KEY_USAGE, CRITICAL, octetString(bitString(Buffer.from([0b0000_0100]), 2))),
];

const HOUR_MS = 3_600_000;

function makeKeys(): Keys {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

/** https://www.rfc-editor.org/rfc/rfc5280#section-4.1 */
function issue({ issuer, key: signingKey }: Signer, request: Request): Certificate {
  const { subject, key, extensions } = request;
  const now = Date.now();
  const toBeSigned = sequence(
    VERSION_3,
    integer(serialNumber()),
    ECDSA_WITH_SHA256,
    issuer,
    sequence(utcTime(new Date(now - 24 * HOUR_MS)), utcTime(new Date(now + 24 * HOUR_MS))),
    subject,
    key.publicKey.export({ type: 'spki', format: 'der' }),
    tagged(3, sequence(...extensions)),
  );
  const signature = bitString(sign('sha256', toBeSigned, signingKey));
  return {
    cert: pem('CERTIFICATE', sequence(toBeSigned, ECDSA_WITH_SHA256, signature)),
    key: String(key.privateKey.export({ type: 'pkcs8', format: 'pem' })),
  };
}

/** Positive, and without the leading zeros that DER does not allow. */
function serialNumber(): Buffer {
  return Buffer.concat([Buffer.from([0x01]), randomBytes(8)]);
}

function distinguishedName(commonName: string): Buffer {
  return sequence(set(sequence(COMMON_NAME, utf8String(commonName))));
}

function alternatives(names: readonly string[]): Buffer {
  const loopback = der(0x87, Buffer.from([127, 0, 0, 1]));
  const dnsNames = names.map((name) => der(0x82, Buffer.from(name)));
  return extension(SUBJECT_ALTERNATIVE_NAME, sequence(loopback, ...dnsNames));
}

function extension(id: Buffer, value: Buffer): Buffer {
  return sequence(id, octetString(value));
}

function pem(type: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${type}-----`, ...lines, `-----END ${type}-----`, ''].join('\n');
}
