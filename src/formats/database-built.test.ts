import { describe, expect, it } from 'vitest';

import { databaseBuiltAtSeconds } from './database-built.ts';

const built = '2025-09-15T06:08:13Z';

describe('databaseBuiltAtSeconds', () => {
  it.each`
    what                           | descriptor                                                      | seconds
    ${'kubevuln'}                  | ${{ db: { schemaVersion: 'v6.1.1', built } }}                   | ${1757916493}
    ${'the CLI'}                   | ${{ db: { status: { schemaVersion: 'v6', built } } }}           | ${1757916493}
    ${'both, the outer one'}       | ${{ db: { built, status: { built: '2020-01-01T00:00:00Z' } } }} | ${1757916493}
    ${'an outer one that is null'} | ${{ db: { built: null, status: { built } } }}                   | ${1757916493}
    ${'parts of a second'}         | ${{ db: { built: '2025-09-15T06:08:13.5Z' } }}                  | ${1757916493.5}
    ${'another zone'}              | ${{ db: { built: '2025-09-15T08:08:13+02:00' } }}               | ${1757916493}
    ${'an empty text'}             | ${{ db: { built: '' } }}                                        | ${undefined}
    ${'no date'}                   | ${{ db: { built: 'yesterday' } }}                               | ${undefined}
    ${'a number'}                  | ${{ db: { built: 1757916493 } }}                                | ${undefined}
    ${'an empty database'}         | ${{ db: {} }}                                                   | ${undefined}
    ${'null for the database'}     | ${{ db: null }}                                                 | ${undefined}
    ${'a text for the database'}   | ${{ db: built }}                                                | ${undefined}
    ${'no database'}               | ${{}}                                                           | ${undefined}
    ${'null for the descriptor'}   | ${null}                                                         | ${undefined}
    ${'nothing'}                   | ${undefined}                                                    | ${undefined}
  `('reads what $what says', ({ descriptor, seconds }: DescriptorCase) => {
    expect(databaseBuiltAtSeconds({ descriptor })).toBe(seconds);
  });

  it.each`
    what                  | zero
    ${"Go's zero time"}   | ${'0001-01-01T00:00:00Z'}
    ${'the Unix epoch'}   | ${'1970-01-01T00:00:00Z'}
    ${'a date before it'} | ${'1969-12-31T23:59:59Z'}
  `('takes $what for a date that is not told', ({ zero }: { zero: string }) => {
    expect(databaseBuiltAtSeconds({ descriptor: { db: { built: zero } } })).toBeUndefined();
  });
});

interface DescriptorCase {
  readonly descriptor: { readonly db?: unknown } | null | undefined;
  readonly seconds: number | undefined;
}
