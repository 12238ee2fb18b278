import type * as z from 'zod';

import type { Secret } from '../http/access-options.ts';

type Fields<Key extends string> = { readonly [K in Key | `${Key}_file`]?: string | undefined };

/** What is given directly or by `<key>_file`. */
export function secretOf<Key extends string>(fields: Fields<Key>, key: Key): Secret | undefined {
  const text = fields[key];
  const file = fields[`${key}_file`];
  if (file !== undefined) return { file };
  return text === undefined ? undefined : { text };
}

export interface KeyRules {
  /** Of each of these, only one of `<key>` and `<key>_file`. */
  readonly either?: readonly string[];
  /** Of each of these, exactly one. */
  readonly needed?: readonly string[];
}

type Check = (context: z.core.ParsePayload<object>) => void;

/** Says which keys of a block contradict each other, or are missing. */
export function checkSecrets({ either = [], needed = [] }: KeyRules): Check {
  return ({ value, issues }) => {
    const given = new Map(Object.entries(value));
    function refuse(message: string): void {
      issues.push({ code: 'custom', input: undefined, message });
    }
    for (const key of [...either, ...needed]) {
      const count = [key, `${key}_file`].filter((one) => given.get(one) !== undefined).length;
      if (count > 1) refuse(`${key} and ${key}_file exclude each other`);
      if (count === 0 && needed.includes(key)) refuse(`${key} or ${key}_file is missing`);
    }
  };
}
