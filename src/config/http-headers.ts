import * as z from 'zod';

import { findReservedHeader } from '../http/reserved-headers.ts';

export const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** What HTTP can carry: no line ends, nothing beyond Latin-1. */
export const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;

/** One value for each header. */
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

/** Several values for each header, some of them from files. */
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
      .map((name) => `may not set ${name}: use basic_auth, authorization or another block`),
  ];
  for (const message of messages) issues.push({ code: 'custom', input: undefined, message });
});
export type HttpHeaders = z.infer<typeof HttpHeaders>;

function* nameProblems(headers: Readonly<Record<string, unknown>>): Generator<string> {
  for (const name of Object.keys(headers)) {
    if (!headerName.test(name)) yield `${JSON.stringify(name)} is no header name`;
  }
  const reserved = findReservedHeader(headers);
  if (reserved !== undefined) yield `may not set ${reserved}: remote write sets it itself`;
}

function* valueProblems(headers: Readonly<Record<string, string>>): Generator<string> {
  for (const [name, text] of Object.entries(headers)) {
    if (!headerValue.test(text)) yield `the value of ${name} has characters no header may have`;
  }
}
