import { AccessError } from '../access-error.ts';
import type { SigV4Options } from '../access-options.ts';
import { findProxy } from '../proxy/proxy.ts';
import { secretReader } from '../secrets/secret.ts';
import { createAgent } from '../transport/create-agent.ts';
import { TlsSettings } from '../transport/tls-settings.ts';
import type { AuthorizerContext } from './authorizer.ts';
import type { Expiring } from './expiring-cache.ts';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Refresh interval for credentials without an expiry, such as those of a profile. */
const KEYS_MS = 5 * 60_000;

/** Maximum length of an SDK error in a message. */
const MAX_SAID = 300;

/**
 * Creates a function that obtains credentials from the configuration, or from the AWS SDK's chain: environment,
 * profile, web identity token (IRSA), EKS or ECS agent, EC2. Assumes the configured role.
 *
 * The function rejects with an `AccessError` if there are no credentials.
 */
export function createAwsCredentials(
  options: SigV4Options,
  context: AuthorizerContext,
): () => Promise<Expiring<AwsCredentials>> {
  // The SDK would write a warning about Node.js 20 to the log.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const { memory, now } = context;
  const obtain = createSource(options, context);
  return async () => {
    try {
      const credentials = await obtain();
      const { secretAccessKey, sessionToken = '', expiration } = credentials;
      memory.remember(secretAccessKey, sessionToken);
      return { value: credentials, expiresAtMs: expiration?.getTime() ?? now() + KEYS_MS };
    } catch (error) {
      if (error instanceof AccessError) throw error;
      const said = memory.redact(error instanceof Error ? error.message : String(error));
      throw new AccessError(`no AWS credentials: ${said.slice(0, MAX_SAID)}`);
    }
  };
}

type Source = () => Promise<AwsCredentials & { readonly expiration?: Date }>;

function createSource(options: SigV4Options, context: AuthorizerContext): Source {
  const { profile, roleArn, externalId } = options;
  let config: ReturnType<typeof createClientConfig> | undefined;
  async function clientConfig() {
    config ??= createClientConfig(options, context);
    return config;
  }

  // Creates a new chain each time, because a chain caches what it has found.
  async function fromChain() {
    const { fromNodeProviderChain } = await import('./aws-sdk.ts');
    return fromNodeProviderChain({
      clientConfig: await clientConfig(),
      // The SDK would otherwise cache the profile until the process exits.
      ignoreCache: true,
      ...(profile !== undefined && { profile }),
    })();
  }

  const source: Source = keysSource(options, context) ?? fromChain;
  if (roleArn === undefined) return source;
  const params = {
    RoleArn: roleArn,
    ...(externalId !== undefined && { ExternalId: externalId }),
  };
  return async () => {
    const { fromTemporaryCredentials } = await import('./aws-sdk.ts');
    const masterCredentials = await source();
    return fromTemporaryCredentials({
      params,
      clientConfig: await clientConfig(),
      masterCredentials,
    })();
  };
}

function keysSource({ keys }: SigV4Options, { memory }: AuthorizerContext): Source | undefined {
  if (keys === undefined) return undefined;
  const readSecretKey = secretReader(keys.secretKey);
  return async () => {
    const secretAccessKey = await readSecretKey();
    memory.remember(secretAccessKey);
    return { accessKeyId: keys.accessKey, secretAccessKey };
  };
}

/** Settings for the SDK's own requests to STS. */
async function createClientConfig(options: SigV4Options, { timeoutMs, memory }: AuthorizerContext) {
  const sts = new URL(`https://sts.${options.region ?? 'us-east-1'}.amazonaws.com/`);
  const tunnel = options.proxy && findProxy(options.proxy, sts);
  if (tunnel !== undefined) memory.keep(...tunnel.secrets);
  const tls = await new TlsSettings(undefined, memory).read();
  const agents = { timeoutMs, tunnel };
  return {
    ...(options.region !== undefined && { region: options.region }),
    useFipsEndpoint: options.useFipsStsEndpoint,
    requestHandler: {
      connectionTimeout: timeoutMs,
      requestTimeout: timeoutMs,
      httpAgent: await createAgent({ ...agents, protocol: 'http:' }, tls),
      httpsAgent: await createAgent({ ...agents, protocol: 'https:' }, tls),
    },
  };
}
