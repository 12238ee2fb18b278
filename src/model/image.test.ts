import { describe, expect, it } from 'vitest';

import { describeImage, type Image } from './image.ts';

const hex = '0123456789abcdef'.repeat(4);
const digest = `sha256:${hex}`;

interface NameCase {
  readonly reference: string;
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
}

describe('describeImage', () => {
  it.each`
    what                              | reference                            | registry                       | repository              | tag
    ${'an official image'}            | ${'nginx'}                           | ${'docker.io'}                 | ${'library/nginx'}      | ${''}
    ${'an official image with a tag'} | ${'nginx:1.25'}                      | ${'docker.io'}                 | ${'library/nginx'}      | ${'1.25'}
    ${'a user image'}                 | ${'bitnami/redis:7'}                 | ${'docker.io'}                 | ${'bitnami/redis'}      | ${'7'}
    ${'Docker Hub written out'}       | ${'docker.io/library/nginx:1'}       | ${'docker.io'}                 | ${'library/nginx'}      | ${'1'}
    ${'Docker Hub without library'}   | ${'docker.io/nginx:1'}               | ${'docker.io'}                 | ${'library/nginx'}      | ${'1'}
    ${"Docker Hub's older name"}      | ${'index.docker.io/library/nginx:1'} | ${'docker.io'}                 | ${'library/nginx'}      | ${'1'}
    ${'a registry'}                   | ${'quay.io/kubescape/kubevuln:v1'}   | ${'quay.io'}                   | ${'kubescape/kubevuln'} | ${'v1'}
    ${'a registry with a port'}       | ${'registry.example.com:5000/a/b:c'} | ${'registry.example.com:5000'} | ${'a/b'}                | ${'c'}
    ${'a port and no tag'}            | ${'registry.example.com:5000/a'}     | ${'registry.example.com:5000'} | ${'a'}                  | ${''}
    ${'localhost'}                    | ${'localhost/a:1'}                   | ${'localhost'}                 | ${'a'}                  | ${'1'}
    ${'a name with many parts'}       | ${'gcr.io/a/b/c/d__e:1'}             | ${'gcr.io'}                    | ${'a/b/c/d__e'}         | ${'1'}
    ${'a tag and a digest'}           | ${`nginx:1.25@${digest}`}            | ${'docker.io'}                 | ${'library/nginx'}      | ${'1.25'}
    ${'a digest and no tag'}          | ${`quay.io/a/b@${digest}`}           | ${'quay.io'}                   | ${'a/b'}                | ${''}
    ${'a runtime scheme'}             | ${'docker-pullable://nginx:1'}       | ${'docker.io'}                 | ${'library/nginx'}      | ${'1'}
  `('reads $what: $reference', ({ reference, registry, repository, tag }: NameCase) => {
    expect(describeImage(reference, '')).toEqual({ registry, repository, tag, id: '' });
  });

  it.each`
    what                            | reference
    ${'upper case'}                 | ${'registry.example.com/Team/App:1'}
    ${'upper case and no path'}     | ${'App'}
    ${'two dots in a row'}          | ${'a..b:1'}
    ${'a missing tag'}              | ${'nginx:'}
    ${'spaces around it'}           | ${' nginx:1 '}
    ${'an image ID without a name'} | ${hex}
  `(
    'keeps an unparsable reference with $what unchanged',
    ({ reference }: { reference: string }) => {
      expect(describeImage(reference, '')).toEqual({
        registry: '',
        repository: reference,
        tag: '',
        id: '',
      });
    },
  );

  it.each`
    what                        | id
    ${'a digest reference'}     | ${`quay.io/a/b@${digest}`}
    ${'a digest with a scheme'} | ${`docker-pullable://quay.io/a/b@${digest}`}
    ${'a digest with a tag'}    | ${`quay.io/a/b:v9@${digest}`}
  `('prefers the name of the tag reference to $what', ({ id }: { id: string }) => {
    expect(describeImage('nginx:1.25', id)).toEqual({
      registry: 'docker.io',
      repository: 'library/nginx',
      tag: '1.25',
      id: `quay.io/a/b@${digest}`,
    });
  });

  it('falls back to the name of the digest reference', () => {
    expect(describeImage('', `docker-pullable://nginx@${digest}`)).toEqual({
      registry: 'docker.io',
      repository: 'library/nginx',
      tag: '',
      id: `docker.io/library/nginx@${digest}`,
    });
  });

  it('keeps the digest if the name is invalid', () => {
    const id = `reg.example/team/app@${digest}`;

    expect(describeImage('reg.example/Team/App:1', id)).toEqual({
      registry: '',
      repository: 'reg.example/Team/App:1',
      tag: '',
      id,
    });
  });

  it('returns empty parts for empty references', () => {
    const nothing: Image = { registry: '', repository: '', tag: '', id: '' };

    expect(describeImage('', '')).toEqual(nothing);
  });

  // By the grammar, it is the image `docker.io/library/sha256` with the digest as its tag.
  it.each`
    reference
    ${digest}
    ${`docker://${digest}`}
    ${`docker-pullable://${digest}`}
  `('does not read $reference as an image named sha256', (row: { reference: string }) => {
    expect(describeImage('', row.reference)).toEqual({
      registry: '',
      repository: digest,
      tag: '',
      id: digest,
    });
  });

  it.each(['sha256:1', `sha1:${hex.slice(0, 40)}`, `app:${hex}`])(
    'reads %s as a name with a tag',
    (reference) => {
      const [name, tag] = reference.split(':');

      expect(describeImage(reference, '')).toMatchObject({ repository: `library/${name}`, tag });
    },
  );
});
