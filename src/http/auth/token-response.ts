import * as z from 'zod';

/** Some servers send a text in a list. Any other value counts as missing. */
const Text = z
  .union([z.string(), z.tuple([z.string()], z.unknown()).transform(([first]) => first)])
  .catch('');

/** Some servers send the number as text. Any other value counts as missing. */
const Seconds = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^\d+(\.\d+)?$/)
      .transform(Number),
  ])
  .refine((seconds) => seconds >= 0)
  .optional()
  .catch(undefined);

/** The fields in use. Others, such as `id_token`, `scope` and `refresh_token`, may have any type. */
const Fields = z.object({
  access_token: z.string().catch(''),
  token_type: Text,
  expires_in: Seconds,
  error: Text,
});

export type TokenResponse =
  | { readonly status: 'token'; readonly token: string; readonly lifeS: number | undefined }
  /** An error code (RFC 6749 §5.2), which some servers send with status 200. */
  | { readonly status: 'refused'; readonly error: string }
  | { readonly status: 'invalid' };

/**
 * Reads the body of a successful response as tolerantly as Prometheus: JSON or a form, whatever its content type.
 * A missing `token_type` means a bearer token.
 */
export function parseTokenResponse(body: string): TokenResponse {
  const fields = Fields.safeParse(
    parseJson(body) ?? Object.fromEntries(new URLSearchParams(body.trim())),
  );
  if (!fields.success) return { status: 'invalid' };
  const { access_token: token, token_type: type, expires_in: lifeS, error } = fields.data;
  const isBearer = type === '' || type.toLowerCase() === 'bearer';
  if (token !== '') return isBearer ? { status: 'token', token, lifeS } : { status: 'invalid' };
  return error === '' ? { status: 'invalid' } : { status: 'refused', error };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
