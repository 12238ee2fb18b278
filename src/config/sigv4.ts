import * as z from 'zod';

import type { ProxyOptions, SigV4Options } from '../http/access-options.ts';
import { checkSecrets, secretOf } from './secret-fields.ts';

const text = z.string().min(1);

export const SigV4 = z
  .strictObject({
    region: text.optional().describe('AWS region. Default: `AWS_REGION`.'),
    access_key: text
      .optional()
      .describe('Access key ID. Default: the credential chain of the AWS SDK, including IRSA.'),
    secret_key: text.optional().describe('Secret access key, or use `secret_key_file`.'),
    secret_key_file: text.optional(),
    profile: text.optional().describe('Profile in the AWS credentials file.'),
    role_arn: text.optional().describe('Role to assume with these credentials.'),
    service_name: text.optional().describe('Service name in signatures. Default: `aps`.'),
    external_id: text.optional().describe('External ID for assuming the role.'),
    use_fips_sts_endpoint: z.boolean().default(false).describe('Use the FIPS endpoint of STS.'),
  })
  .check(checkSecrets({ either: ['secret_key'] }))
  .check(({ value, issues }) => {
    const hasSecret = secretOf(value, 'secret_key') !== undefined;
    const messages = [
      ...((value.access_key !== undefined) === hasSecret
        ? []
        : ['set both access_key and secret_key, or neither']),
      ...(value.external_id !== undefined && value.role_arn === undefined
        ? ['external_id has no effect without role_arn; set role_arn or remove external_id']
        : []),
      ...(hasSecret && value.profile !== undefined
        ? ['set either access_key or profile, not both']
        : []),
    ];
    for (const message of messages) issues.push({ code: 'custom', input: undefined, message });
  });
export type SigV4 = z.infer<typeof SigV4>;

/** Requests to STS go through the proxy of the receiver. */
export function toSigV4Options(config: SigV4, proxy: ProxyOptions | undefined): SigV4Options {
  const {
    region,
    access_key: accessKey,
    profile,
    role_arn: roleArn,
    external_id: id,
    service_name: service,
  } = config;
  const secretKey = secretOf(config, 'secret_key');
  return {
    ...(service !== undefined && { service }),
    ...(region !== undefined && { region }),
    ...(accessKey !== undefined && secretKey && { keys: { accessKey, secretKey } }),
    ...(profile !== undefined && { profile }),
    ...(roleArn !== undefined && { roleArn }),
    ...(id !== undefined && { externalId: id }),
    useFipsStsEndpoint: config.use_fips_sts_endpoint,
    ...(proxy && { proxy }),
  };
}
