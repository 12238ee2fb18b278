import { Hash } from '@smithy/hash-node';

/**
 * The part of the AWS SDK that we use. The build puts it into a separate file, because parsing it would slow down
 * every start.
 */
export { fromNodeProviderChain, fromTemporaryCredentials } from '@aws-sdk/credential-providers';
export { SignatureV4 } from '@smithy/signature-v4';

/** SHA-256 and HMAC-SHA-256 of Node.js, in the form that the signer expects. */
export class Sha256 extends Hash {
  constructor(secret?: ConstructorParameters<typeof Hash>[1]) {
    super('sha256', secret);
  }
}
