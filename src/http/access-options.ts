import type { SecureVersion } from 'node:tls';

/** A secret in the configuration, or in a file that may change. */
export type Secret = { readonly text: string } | { readonly file: string };

/** How to connect and authenticate to a receiver. */
export interface AccessOptions {
  readonly auth?: AuthOptions;
  /** Headers in addition to the client's plain `headers`. They can have several values, or values from files. */
  readonly headers?: Readonly<Record<string, readonly Secret[]>>;
  readonly tls?: TlsOptions;
  /** If absent, connections are direct, whatever the environment contains. */
  readonly proxy?: ProxyOptions;
}

export type AuthOptions =
  | { readonly kind: 'basic'; readonly username: Secret; readonly password: Secret }
  /** Sends `Authorization: <scheme> <credentials>`. */
  | { readonly kind: 'authorization'; readonly scheme: string; readonly credentials: Secret }
  | ({ readonly kind: 'oauth2' } & Oauth2Options)
  | ({ readonly kind: 'sigv4' } & SigV4Options)
  | ({ readonly kind: 'managed-identity' } & ManagedIdentityOptions);

/** Client credentials grant, RFC 6749 §4.4. */
export interface Oauth2Options {
  readonly tokenUrl: string;
  readonly clientId: string;
  /**
   * A secret, or a signed JWT (RFC 7523 §2.2) such as a projected service account token. Unless `inForm` is
   * set, a secret is first sent in a header, which every server must support.
   */
  readonly client:
    | { readonly secret: Secret; readonly inForm: boolean }
    | { readonly assertion: Secret };
  readonly scopes: readonly string[];
  readonly endpointParams: Readonly<Record<string, string>>;
  readonly tls?: TlsOptions;
  readonly proxy?: ProxyOptions;
}

/** Managed identity of an Azure machine. */
export interface ManagedIdentityOptions {
  /** The service that the token is for: `https://monitor.azure.com/`. */
  readonly resource: string;
  /** Absent for a system-assigned identity, or if the machine has only one. */
  readonly clientId?: string;
}

/** AWS Signature Version 4 for Amazon Managed Service for Prometheus. */
export interface SigV4Options {
  /** Service name in signatures. Default: `aps`, Amazon Managed Service for Prometheus. */
  readonly service?: string;
  /** Default: `AWS_REGION` or `AWS_DEFAULT_REGION`. */
  readonly region?: string;
  /** Default: the credential chain of the AWS SDK. */
  readonly keys?: { readonly accessKey: string; readonly secretKey: Secret };
  readonly profile?: string;
  /** Role to assume with the credentials. */
  readonly roleArn?: string;
  readonly externalId?: string;
  readonly useFipsStsEndpoint: boolean;
  /** Proxy for requests to STS. */
  readonly proxy?: ProxyOptions;
}

export interface TlsOptions {
  /** Certificates in PEM format. They replace the CAs of Node.js. */
  readonly ca?: Secret;
  /** Client certificate in PEM format. Requires `key`. */
  readonly cert?: Secret;
  readonly key?: Secret;
  /** Expected name in the certificate and SNI name. Default: the host of the URL. */
  readonly serverName?: string;
  readonly insecureSkipVerify: boolean;
  readonly minVersion?: SecureVersion;
  readonly maxVersion?: SecureVersion;
}

export interface ProxyOptions {
  /** http, https or socks5 URL with credentials as userinfo. Absent to use `HTTPS_PROXY` and related variables. */
  readonly url: string | undefined;
  /** Hosts, domains, addresses and CIDRs, each with or without port, separated by commas. */
  readonly noProxy: string;
  /** Headers sent with CONNECT to an HTTP proxy. */
  readonly connectHeaders: Readonly<Record<string, readonly string[]>>;
}
