import * as z from 'zod';

import type { TlsOptions } from '../http/access-options.ts';
import { checkSecrets, secretOf } from './secret-fields.ts';

const text = z.string().min(1);
const versions = { TLS10: 'TLSv1', TLS11: 'TLSv1.1', TLS12: 'TLSv1.2', TLS13: 'TLSv1.3' } as const;
const names = ['TLS10', 'TLS11', 'TLS12', 'TLS13'] as const;

export const TlsConfig = z
  .strictObject({
    ca: text
      .optional()
      .describe('Trusted CAs in PEM format, or use `ca_file`. They replace the built-in CAs.'),
    ca_file: text.optional(),
    cert: text.optional().describe('Client certificate in PEM format, or use `cert_file`.'),
    cert_file: text.optional(),
    key: text
      .optional()
      .describe('Key of the client certificate in PEM format, or use `key_file`.'),
    key_file: text.optional(),
    server_name: text
      .optional()
      .describe('Expected name in the server certificate. Default: the host of the URL.'),
    insecure_skip_verify: z
      .boolean()
      .default(false)
      .describe('Accept any server certificate. Insecure: others can read and change the data.'),
    min_version: z
      .enum(names)
      .optional()
      .describe('Minimum TLS version: `TLS10`, `TLS11`, `TLS12` or `TLS13`.'),
    max_version: z.enum(names).optional().describe('Maximum TLS version.'),
  })
  .check(checkSecrets({ either: ['ca', 'cert', 'key'] }))
  .check(({ value, issues }) => {
    const hasCert = secretOf(value, 'cert') !== undefined;
    const hasKey = secretOf(value, 'key') !== undefined;
    const { min_version: min = 'TLS10', max_version: max = 'TLS13' } = value;
    const messages = [
      ...(hasCert === hasKey ? [] : ['set both cert and key, or neither']),
      ...(names.indexOf(min) > names.indexOf(max)
        ? ['min_version must not be above max_version']
        : []),
    ];
    for (const message of messages) issues.push({ code: 'custom', input: undefined, message });
  });
export type TlsConfig = z.infer<typeof TlsConfig>;

export function toTlsOptions(config: TlsConfig): TlsOptions {
  const ca = secretOf(config, 'ca');
  const cert = secretOf(config, 'cert');
  const key = secretOf(config, 'key');
  const { server_name: serverName, min_version: min, max_version: max } = config;
  return {
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
    ...(serverName !== undefined && { serverName }),
    insecureSkipVerify: config.insecure_skip_verify,
    ...(min && { minVersion: versions[min] }),
    ...(max && { maxVersion: versions[max] }),
  };
}
