import * as z from 'zod';

import type { TlsOptions } from '../http/access-options.ts';
import { checkSecrets, secretOf } from './secret-fields.ts';

const text = z.string().min(1);
const versions = { TLS10: 'TLSv1', TLS11: 'TLSv1.1', TLS12: 'TLSv1.2', TLS13: 'TLSv1.3' } as const;
const names = ['TLS10', 'TLS11', 'TLS12', 'TLS13'] as const;

export const TlsConfig = z
  .strictObject({
    ca: text.optional().describe('CAs in PEM format, instead of the usual ones; or `ca_file`.'),
    ca_file: text.optional(),
    cert: text.optional().describe('Client certificate in PEM format; or `cert_file`.'),
    cert_file: text.optional(),
    key: text.optional().describe('Its key in PEM format; or `key_file`.'),
    key_file: text.optional(),
    server_name: text.optional().describe('Name in the certificate, if it is not the host.'),
    insecure_skip_verify: z
      .boolean()
      .default(false)
      .describe('Whether any certificate is taken. Anybody can then read what is sent.'),
    min_version: z.enum(names).optional().describe('`TLS10`, `TLS11`, `TLS12` or `TLS13`.'),
    max_version: z.enum(names).optional().describe('The same.'),
  })
  .check(checkSecrets({ either: ['ca', 'cert', 'key'] }))
  .check(({ value, issues }) => {
    const hasCert = secretOf(value, 'cert') !== undefined;
    const hasKey = secretOf(value, 'key') !== undefined;
    const { min_version: min = 'TLS10', max_version: max = 'TLS13' } = value;
    const messages = [
      ...(hasCert === hasKey ? [] : ['a client certificate needs both cert and key']),
      ...(names.indexOf(min) > names.indexOf(max) ? ['min_version is above max_version'] : []),
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
