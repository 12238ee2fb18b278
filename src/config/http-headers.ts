import * as z from 'zod';

import { findReservedHeader } from '../http/reserved-headers.ts';

export const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Matches printable Latin-1 and tabs. HTTP allows no line breaks in a header. */
export const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;

export const Headers = z.record(z.string(), z.string()).check(({ value, issues }) => {
  for (const message of [...nameProblems(value), ...valueProblems(value)]) {
    issues.push({ code: 'custom', input: undefined, message });
  }
});

const HeaderValues = z.strictObject({
  values: z.array(z.string()).default([]),
  secrets: z.array(z.string()).default([]),
  files: z.array(z.string().min(1)).default([]),
});

export const HttpHeaders = z.record(z.string(), HeaderValues).check(({ value, issues }) => {
  const names = Object.keys(value);
  const messages = [
    ...nameProblems(value),
    ...names.flatMap((name) => [
      ...[...(value[name]?.values ?? []), ...(value[name]?.secrets ?? [])].flatMap((text) => [
        ...valueProblems({ [name]: text }),
      ]),
    ]),
    ...names
      .filter((name) => name.toLowerCase() === 'authorization')
      .map(
        (name) =>
          `${name} cannot be set here; use basic_auth, authorization or another authentication block`,
      ),
  ];
  for (const message of messages) issues.push({ code: 'custom', input: undefined, message });
});
export type HttpHeaders = z.infer<typeof HttpHeaders>;

function* nameProblems(headers: Readonly<Record<string, unknown>>): Generator<string> {
  for (const name of Object.keys(headers)) {
    if (!headerName.test(name)) yield `${JSON.stringify(name)} is not a valid header name`;
  }
  const reserved = findReservedHeader(headers);
  if (reserved !== undefined)
    yield `${reserved} cannot be set here; the remote-write protocol sets it`;
}

function* valueProblems(headers: Readonly<Record<string, string>>): Generator<string> {
  for (const [name, text] of Object.entries(headers)) {
    if (!headerValue.test(text))
      yield `the value of ${name} contains characters that are not allowed in a header`;
  }
}
