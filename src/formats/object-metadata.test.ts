import { describe, expect, it } from 'vitest';

import { kubescapeValue, ObjectMetadata } from './object-metadata.ts';

const key = 'kubescape.io/status';

describe('kubescapeValue', () => {
  it.each`
    what                              | metadata                                                       | value
    ${'an annotation'}                | ${{ annotations: { [key]: 'ready' } }}                         | ${'ready'}
    ${'a label'}                      | ${{ labels: { [key]: 'ready' } }}                              | ${'ready'}
    ${'an annotation before a label'} | ${{ annotations: { [key]: 'a' }, labels: { [key]: 'b' } }}     | ${'a'}
    ${'an annotation that is empty'}  | ${{ annotations: { [key]: '' }, labels: { [key]: 'b' } }}      | ${''}
    ${'a key of someone else'}        | ${{ annotations: { status: 'a', 'example.com/status': 'b' } }} | ${''}
    ${'maps that are null'}           | ${{ annotations: null, labels: null }}                         | ${''}
    ${'no maps'}                      | ${{}}                                                          | ${''}
  `('reads $what', ({ metadata, value }: { metadata: ObjectMetadata; value: string }) => {
    expect(kubescapeValue(ObjectMetadata.parse(metadata), 'status')).toBe(value);
  });
});
