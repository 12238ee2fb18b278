import * as z from 'zod';

import type { ProxyOptions, SigV4Options } from '../http/access-options.ts';
import { checkSecrets, secretOf } from './secret-fields.ts';

const text = z.string().min(1);

export const SigV4 = z
  .strictObject({
    region: text.optional().describe('AWS region; default `AWS_REGION`.'),
    access_key: text
      .optional()
      .describe('Key id; default: what the AWS SDK finds (IRSA and so on).'),
    secret_key: text.optional().describe('Secret of the key; or `secret_key_file`.'),
    secret_key_file: text.optional(),
    profile: text.optional().describe('Profile in the credentials file of AWS.'),
    role_arn: text.optional().describe('Role to take on with those credentials.'),
    external_id: text.optional().describe('External id for that role.'),
    use_fips_sts_endpoint: z
      .boolean()
      .default(false)
      .describe('Whether STS is asked in FIPS mode.'),
  })
  .check(checkSecrets({ either: ['secret_key'] }))
  .check(({ value, issues }) => {
    const hasSecret = secretOf(value, 'secret_key') !== undefined;
    const messages = [
      ...((value.access_key !== undefined) === hasSecret
        ? []
        : ['access_key and secret_key need each other']),
      ...(value.external_id !== undefined && value.role_arn === undefined
        ? ['external_id means nothing without role_arn']
        : []),
      ...(hasSecret && value.profile !== undefined
        ? ['access_key and profile exclude each other']
        : []),
    ];
    for (const message of messages) issues.push({ code: 'custom', input: undefined, message });
  });
export type SigV4 = z.infer<typeof SigV4>;

/** The proxy is that of the receiver. */
export function toSigV4Options(config: SigV4, proxy: ProxyOptions | undefined): SigV4Options {
  const { region, access_key: accessKey, profile, role_arn: roleArn, external_id: id } = config;
  const secretKey = secretOf(config, 'secret_key');
  return {
    ...(region !== undefined && { region }),
    ...(accessKey !== undefined && secretKey && { keys: { accessKey, secretKey } }),
    ...(profile !== undefined && { profile }),
    ...(roleArn !== undefined && { roleArn }),
    ...(id !== undefined && { externalId: id }),
    useFipsStsEndpoint: config.use_fips_sts_endpoint,
    ...(proxy && { proxy }),
  };
}
