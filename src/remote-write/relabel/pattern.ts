import { RE2JS } from 're2js';

/** Content of a group by number or name. Undefined if it did not participate in the match. */
export type Groups = (group: number | string) => string | undefined;

/** A Prometheus `regex`: RE2, anchored at both ends, with `.` matching line breaks. */
export interface Pattern {
  test(text: string): boolean;
  find(text: string): Groups | undefined;
  /** Replaces matches with the result of the function. */
  replace(text: string, replace: (groups: Groups) => string): string;
}

/** @throws {SyntaxError} The pattern is invalid. The message contains only the reason and the offending part. */
export function compilePattern(regex: string): Pattern {
  const compiled = compile(regex);
  return {
    test: (text) => compiled.test(text),
    find(text) {
      const matcher = compiled.matcher(text);
      return matcher.find() ? toGroups(compiled, matcher) : undefined;
    },
    // `a)|(b` is valid and anchors each side only once, so there may be more than one match.
    replace(text, replace) {
      const matcher = compiled.matcher(text);
      let replaced = '';
      let end = 0;
      while (matcher.find()) {
        replaced += text.slice(end, matcher.start()) + replace(toGroups(compiled, matcher));
        end = matcher.end();
      }
      return replaced + text.slice(end);
    },
  };
}

function compile(regex: string): RE2JS {
  try {
    return RE2JS.compile(`^(?s:${regex})$`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SyntaxError(reason.replace(/^error parsing regexp: /, ''), { cause: error });
  }
}

function toGroups(compiled: RE2JS, matcher: ReturnType<RE2JS['matcher']>): Groups {
  const count = compiled.groupCount();
  const names = compiled.namedGroups();
  return (group) => {
    const number = typeof group === 'string' ? names[group] : group;
    if (number === undefined || number > count) return undefined;
    return matcher.group(number) ?? undefined;
  };
}
