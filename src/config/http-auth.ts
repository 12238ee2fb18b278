import * as z from 'zod';

import { checkSecrets } from './secret-fields.ts';

const text = z.string().min(1);

export const BasicAuth = z
  .strictObject({
    username: z.string().optional().describe('User name; or `username_file`.'),
    username_file: text.optional(),
    password: z.string().optional().describe('Password; or `password_file`.'),
    password_file: text.optional(),
  })
  .check(checkSecrets({ either: ['username', 'password'] }));

export const Authorization = z
  .strictObject({
    type: z
      .string()
      .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'is no name of an authentication scheme')
      .refine((type) => type.toLowerCase() !== 'basic', 'use basic_auth for Basic authentication')
      .default('Bearer')
      .describe('Scheme that stands before the credentials.'),
    credentials: text.optional().describe('Token; or `credentials_file`.'),
    credentials_file: text.optional(),
  })
  .check(checkSecrets({ needed: ['credentials'] }));
