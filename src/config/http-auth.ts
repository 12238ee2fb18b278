import * as z from 'zod';

import { checkSecrets } from './secret-fields.ts';

const text = z.string().min(1);

export const BasicAuth = z
  .strictObject({
    username: z.string().optional().describe('User name, or use `username_file`.'),
    username_file: text.optional(),
    password: z.string().optional().describe('Password, or use `password_file`.'),
    password_file: text.optional(),
  })
  .check(checkSecrets({ either: ['username', 'password'] }));

export const Authorization = z
  .strictObject({
    type: z
      .string()
      .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'must be an authentication scheme such as Bearer')
      .refine((type) => type.toLowerCase() !== 'basic', 'must not be Basic; use basic_auth')
      .default('Bearer')
      .describe('Authentication scheme.'),
    credentials: text.optional().describe('Token, or use `credentials_file`.'),
    credentials_file: text.optional(),
  })
  .check(checkSecrets({ required: ['credentials'] }));
