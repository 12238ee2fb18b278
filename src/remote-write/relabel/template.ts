import type { Groups } from './pattern.ts';

export type Template = (groups: Groups) => string;

/** `$name`, `${name}`, `$$` of Go's `regexp.Expand`; a name is as long as it can be. */
const VARIABLE = /\$(?:(\$)|([\p{L}\p{Nd}_]+)|\{([\p{L}\p{Nd}_]+)\})/gu;

/** Numbers of groups have no leading zeros; what looks like one but is none is a name. */
const GROUP_NUMBER = /^(?:0|[1-9][0-9]{0,8})$/;

export function hasVariable(text: string): boolean {
  return text.includes('$');
}

/**
 * As Go's `regexp.Expand`: `$1x` is the group `1x`, not group 1; groups that do not exist or took no
 * part are empty; a `$` that begins no variable stays.
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
