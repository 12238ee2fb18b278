import { describe, expect, it } from 'vitest';

import { kubescapeValue, ObjectMetadata } from './object-metadata.ts';

const key = 'kubescape.io/status';

describe('kubescapeValue', () => {
  it.each`
    what                                         | metadata                                                       | value
    ${'an annotation'}                           | ${{ annotations: { [key]: 'ready' } }}                         | ${'ready'}
    ${'a label'}                                 | ${{ labels: { [key]: 'ready' } }}                              | ${'ready'}
    ${'an annotation rather than a label'}       | ${{ annotations: { [key]: 'a' }, labels: { [key]: 'b' } }}     | ${'a'}
    ${'an empty annotation rather than a label'} | ${{ annotations: { [key]: '' }, labels: { [key]: 'b' } }}      | ${''}
    ${'no key of another project'}               | ${{ annotations: { status: 'a', 'example.com/status': 'b' } }} | ${''}
    ${'nothing from null maps'}                  | ${{ annotations: null, labels: null }}                         | ${''}
    ${'nothing without maps'}                    | ${{}}                                                          | ${''}
  `('reads $what', ({ metadata, value }: { metadata: ObjectMetadata; value: string }) => {
    expect(kubescapeValue(ObjectMetadata.parse(metadata), 'status')).toBe(value);
  });
});
