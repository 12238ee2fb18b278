import { Hash } from '@smithy/hash-node';

/**
 * What is used of the AWS SDK. The build puts it into a file of its own: every start of the program
 * pays for what is in the main one, used or not.
 */
export { fromNodeProviderChain, fromTemporaryCredentials } from '@aws-sdk/credential-providers';
export { SignatureV4 } from '@smithy/signature-v4';

/** SHA-256 and its HMAC by Node.js, in the form that the signer wants. */
export class Sha256 extends Hash {
  constructor(secret?: ConstructorParameters<typeof Hash>[1]) {
    super('sha256', secret);
  }
}
