import type { SecureVersion } from 'node:tls';

/** Something that may be given in the configuration itself, or lie in a file that may change. */
export type Secret = { readonly text: string } | { readonly file: string };

/** How a receiver is reached, and what it is told about who is sending. */
export interface AccessOptions {
  readonly auth?: AuthOptions;
  /** Beside the plain `headers` of a client: several values of a name, and values from files. */
  readonly headers?: Readonly<Record<string, readonly Secret[]>>;
  readonly tls?: TlsOptions;
  /** Without it, connections are direct, whatever the environment says. */
  readonly proxy?: ProxyOptions;
}

export type AuthOptions =
  | { readonly kind: 'basic'; readonly username: Secret; readonly password: Secret }
  /** `Authorization: <scheme> <credentials>`. */
  | { readonly kind: 'authorization'; readonly scheme: string; readonly credentials: Secret }
  | ({ readonly kind: 'oauth2' } & Oauth2Options)
  | ({ readonly kind: 'sigv4' } & SigV4Options);

/** Client credentials grant, RFC 6749 §4.4. */
export interface Oauth2Options {
  readonly tokenUrl: string;
  readonly clientId: string;
  /**
   * A secret, or a signed JWT (RFC 7523 §2.2) such as a projected service account token. A secret
   * that is not always wanted `inForm` is first sent in a header, which every server should know.
   */
  readonly client:
    | { readonly secret: Secret; readonly inForm: boolean }
    | { readonly assertion: Secret };
  readonly scopes: readonly string[];
  readonly endpointParams: Readonly<Record<string, string>>;
  readonly tls?: TlsOptions;
  readonly proxy?: ProxyOptions;
}

/** AWS Signature Version 4 for Amazon Managed Service for Prometheus. */
export interface SigV4Options {
  /** `AWS_REGION` or `AWS_DEFAULT_REGION` if left out. */
  readonly region?: string;
  /** The credentials chain of the AWS SDK if left out. */
  readonly keys?: { readonly accessKey: string; readonly secretKey: Secret };
  readonly profile?: string;
  /** Role to take on with those credentials. */
  readonly roleArn?: string;
  readonly externalId?: string;
  readonly useFipsStsEndpoint: boolean;
  /** For requests to STS. */
  readonly proxy?: ProxyOptions;
}

export interface TlsOptions {
  /** PEM; instead of the CAs that Node.js knows. */
  readonly ca?: Secret;
  /** PEM; with `key`. */
  readonly cert?: Secret;
  readonly key?: Secret;
  /** Expected in the certificate, and sent as SNI, instead of the host of the URL. */
  readonly serverName?: string;
  readonly insecureSkipVerify: boolean;
  readonly minVersion?: SecureVersion;
  readonly maxVersion?: SecureVersion;
}

export interface ProxyOptions {
  /** http or https, with credentials as userinfo; missing if `HTTPS_PROXY` and its like say it. */
  readonly url: string | undefined;
  /** Hosts, domains, addresses, CIDRs, each with or without port, parted by commas. */
  readonly noProxy: string;
  /** Sent with CONNECT. */
  readonly connectHeaders: Readonly<Record<string, readonly string[]>>;
}
