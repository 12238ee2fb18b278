import * as z from 'zod';

import { messageFor } from './format-error.ts';

/**
 * A list whose elements are checked one at a time, only up to the first error. Otherwise a list of a
 * million invalid elements would need a gigabyte of memory for error objects.
 */
export function list<Element extends z.ZodType>(element: Element): z.ZodType<z.output<Element>[]> {
  return z.array(z.unknown()).transform((values, context) => {
    const checked: z.output<Element>[] = [];
    for (const [index, value] of values.entries()) {
      const result = element.safeParse(value, { error: messageFor });
      if (!result.success) return fail(context, index, result.error);
      checked.push(result.data);
    }
    return checked;
  });
}

/** An object with any keys, whose values are checked one at a time, only up to the first error. */
export function dictionary<Value extends z.ZodType>(
  value: Value,
): z.ZodType<Record<string, z.output<Value>>> {
  return z.record(z.string(), z.unknown()).transform((entries, context) => {
    const checked = new Map<string, z.output<Value>>();
    for (const [key, entry] of Object.entries(entries)) {
      const result = value.safeParse(entry, { error: messageFor });
      if (!result.success) return fail(context, key, result.error);
      checked.set(key, result.data);
    }
    return Object.fromEntries(checked);
  });
}

function fail(context: z.RefinementCtx, key: number | string, error: z.ZodError): never {
  for (const { path, message } of error.issues) {
    context.addIssue({ code: 'custom', path: [key, ...path], message });
  }
  return z.NEVER;
}
