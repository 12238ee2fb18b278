import type { Groups } from './pattern.ts';

export type Template = (groups: Groups) => string;

/** Matches `$name`, `${name}` and `$$` like Go's `regexp.Expand`. A name is as long as possible. */
const VARIABLE = /\$(?:(\$)|([\p{L}\p{Nd}_]+)|\{([\p{L}\p{Nd}_]+)\})/gu;

/** Matches group numbers. Digits with a leading zero are a group name. */
const GROUP_NUMBER = /^(?:0|[1-9][0-9]{0,8})$/;

/**
 * Expands a template like Go's `regexp.Expand`: `$1x` is the group `1x`, not group 1. Missing groups are
 * empty. A `$` that does not start a variable stays.
 */
export function compileTemplate(text: string): Template {
  const parts: (string | { readonly group: number | string })[] = [];
  let end = 0;
  for (const match of text.matchAll(VARIABLE)) {
    const [whole, dollar, plain, braced] = match;
    parts.push(text.slice(end, match.index));
    parts.push(dollar ?? { group: toGroup(plain ?? braced ?? '') });
    end = match.index + whole.length;
  }
  parts.push(text.slice(end));

  return (groups) =>
    parts.reduce<string>(
      (out, part) => out + (typeof part === 'string' ? part : (groups(part.group) ?? '')),
      '',
    );
}

function toGroup(name: string): number | string {
  return GROUP_NUMBER.test(name) ? Number(name) : name;
}
