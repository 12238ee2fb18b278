import { createHash, createHmac } from 'node:crypto';

export interface SignedRequest {
  readonly method: string;
  /** Path and query, as sent. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Uint8Array;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/;

export interface CheckedSignature {
  readonly isValid: boolean;
  readonly accessKey: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
}

/**
 * Checks a request as described for AWS Signature Version 4. Does not use the library that signs, and is itself
 * tested with the published examples.
 */
export function checkAwsSignature(request: SignedRequest, secretKey: string): CheckedSignature {
  const match = AUTHORIZATION.exec(headerOf(request, 'authorization')) ?? [];
  const [, accessKey = '', day = '', region = '', service = '', names = '', signature = ''] = match;
  const scope = `${day}/${region}/${service}/aws4_request`;
  const signedHeaders = names.split(';');
  const toSign = [
    'AWS4-HMAC-SHA256',
    headerOf(request, 'x-amz-date'),
    scope,
    sha256(canonicalRequest(request, signedHeaders)),
  ].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<Buffer>(
    (outer, part) => hmac(outer, part),
    Buffer.from(`AWS4${secretKey}`),
  );
  const isValid = signature !== '' && hmac(key, toSign).toString('hex') === signature;
  return { isValid, accessKey, region, service, signedHeaders };
}

function canonicalRequest(request: SignedRequest, signedHeaders: readonly string[]): string {
  const [path = '', query = ''] = request.url.split('?');
  const parameters = query.split('&').filter((one) => one !== '');
  return [
    request.method,
    path.split('/').map(encodeURIComponent).join('/'),
    parameters
      .map((one) => (one.includes('=') ? one : `${one}=`))
      .toSorted()
      .join('&'),
    ...signedHeaders.map((name) => `${name}:${headerOf(request, name).trim()}`),
    '',
    signedHeaders.join(';'),
    sha256(request.body),
  ].join('\n');
}

function headerOf({ headers }: SignedRequest, name: string): string {
  return [headers[name] ?? ''].flat().join(',');
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
