import type * as z from 'zod';

import type { Secret } from '../http/access-options.ts';

type Fields<Key extends string> = { readonly [K in Key | `${Key}_file`]?: string | undefined };

/** Returns the secret in `<key>`, or the file in `<key>_file`. */
export function secretOf<Key extends string>(fields: Fields<Key>, key: Key): Secret | undefined {
  const text = fields[key];
  const file = fields[`${key}_file`];
  if (file !== undefined) return { file };
  return text === undefined ? undefined : { text };
}

export interface KeyRules {
  /** Keys that allow either `<key>` or `<key>_file`. */
  readonly either?: readonly string[];
  /** Keys that require `<key>` or `<key>_file`. */
  readonly required?: readonly string[];
}

type Check = (context: z.core.ParsePayload<object>) => void;

export function checkSecrets({ either = [], required = [] }: KeyRules): Check {
  return ({ value, issues }) => {
    const given = new Map(Object.entries(value));
    function reject(message: string): void {
      issues.push({ code: 'custom', input: undefined, message });
    }
    for (const key of [...either, ...required]) {
      const count = [key, `${key}_file`].filter((one) => given.get(one) !== undefined).length;
      if (count > 1) reject(`set either ${key} or ${key}_file, not both`);
      if (count === 0 && required.includes(key)) reject(`set ${key} or ${key}_file`);
    }
  };
}
