import { describe, expect, it } from 'vitest';

import { databaseBuiltAtSeconds } from './database-built.ts';

const built = '2025-09-15T06:08:13Z';

describe('databaseBuiltAtSeconds', () => {
  it.each`
    what                                 | descriptor                                                      | seconds
    ${'the format of kubevuln'}          | ${{ db: { schemaVersion: 'v6.1.1', built } }}                   | ${1757916493}
    ${'the format of the CLI'}           | ${{ db: { status: { schemaVersion: 'v6', built } } }}           | ${1757916493}
    ${'both, preferring the outer date'} | ${{ db: { built, status: { built: '2020-01-01T00:00:00Z' } } }} | ${1757916493}
    ${'a null outer date'}               | ${{ db: { built: null, status: { built } } }}                   | ${1757916493}
    ${'fractional seconds'}              | ${{ db: { built: '2025-09-15T06:08:13.5Z' } }}                  | ${1757916493.5}
    ${'another time zone'}               | ${{ db: { built: '2025-09-15T08:08:13+02:00' } }}               | ${1757916493}
    ${'an empty string'}                 | ${{ db: { built: '' } }}                                        | ${undefined}
    ${'an invalid date'}                 | ${{ db: { built: 'yesterday' } }}                               | ${undefined}
    ${'a number'}                        | ${{ db: { built: 1757916493 } }}                                | ${undefined}
    ${'an empty database'}               | ${{ db: {} }}                                                   | ${undefined}
    ${'a null database'}                 | ${{ db: null }}                                                 | ${undefined}
    ${'a string as database'}            | ${{ db: built }}                                                | ${undefined}
    ${'no database'}                     | ${{}}                                                           | ${undefined}
    ${'a null descriptor'}               | ${null}                                                         | ${undefined}
    ${'a missing descriptor'}            | ${undefined}                                                    | ${undefined}
  `('reads $what', ({ descriptor, seconds }: DescriptorCase) => {
    expect(databaseBuiltAtSeconds({ descriptor })).toBe(seconds);
  });

  it.each`
    what                              | zero
    ${"Go's zero time"}               | ${'0001-01-01T00:00:00Z'}
    ${'the Unix epoch'}               | ${'1970-01-01T00:00:00Z'}
    ${'a date before the Unix epoch'} | ${'1969-12-31T23:59:59Z'}
  `('treats $what as a missing date', ({ zero }: { zero: string }) => {
    expect(databaseBuiltAtSeconds({ descriptor: { db: { built: zero } } })).toBeUndefined();
  });
});

interface DescriptorCase {
  readonly descriptor: { readonly db?: unknown } | null | undefined;
  readonly seconds: number | undefined;
}
