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
    ${'an image of a user'}           | ${'bitnami/redis:7'}                 | ${'docker.io'}                 | ${'bitnami/redis'}      | ${'7'}
    ${'Docker Hub written out'}       | ${'docker.io/library/nginx:1'}       | ${'docker.io'}                 | ${'library/nginx'}      | ${'1'}
    ${'Docker Hub without library'}   | ${'docker.io/nginx:1'}               | ${'docker.io'}                 | ${'library/nginx'}      | ${'1'}
    ${"Docker Hub's older name"}      | ${'index.docker.io/library/nginx:1'} | ${'docker.io'}                 | ${'library/nginx'}      | ${'1'}
    ${'a registry'}                   | ${'quay.io/kubescape/kubevuln:v1'}   | ${'quay.io'}                   | ${'kubescape/kubevuln'} | ${'v1'}
    ${'a registry with a port'}       | ${'registry.example.com:5000/a/b:c'} | ${'registry.example.com:5000'} | ${'a/b'}                | ${'c'}
    ${'a port and no tag'}            | ${'registry.example.com:5000/a'}     | ${'registry.example.com:5000'} | ${'a'}                  | ${''}
    ${'localhost'}                    | ${'localhost/a:1'}                   | ${'localhost'}                 | ${'a'}                  | ${'1'}
    ${'a name of many parts'}         | ${'gcr.io/a/b/c/d__e:1'}             | ${'gcr.io'}                    | ${'a/b/c/d__e'}         | ${'1'}
    ${'a tag and a digest'}           | ${`nginx:1.25@${digest}`}            | ${'docker.io'}                 | ${'library/nginx'}      | ${'1.25'}
    ${'a digest and no tag'}          | ${`quay.io/a/b@${digest}`}           | ${'quay.io'}                   | ${'a/b'}                | ${''}
    ${'the scheme of a runtime'}      | ${'docker-pullable://nginx:1'}       | ${'docker.io'}                 | ${'library/nginx'}      | ${'1'}
  `('reads $what: $reference', ({ reference, registry, repository, tag }: NameCase) => {
    expect(describeImage(reference, '')).toEqual({ registry, repository, tag, id: '' });
  });

  it.each`
    what                          | reference
    ${'upper case'}               | ${'registry.example.com/Team/App:1'}
    ${'upper case and no path'}   | ${'App'}
    ${'two dots in a row'}        | ${'a..b:1'}
    ${'a tag that is missing'}    | ${'nginx:'}
    ${'spaces around it'}         | ${' nginx:1 '}
    ${'an image id without name'} | ${hex}
  `('keeps a reference with $what whole', ({ reference }: { reference: string }) => {
    expect(describeImage(reference, '')).toEqual({
      registry: '',
      repository: reference,
      tag: '',
      id: '',
    });
  });

  it.each`
    what                           | id
    ${'a digest reference'}        | ${`quay.io/a/b@${digest}`}
    ${'a digest with a scheme'}    | ${`docker-pullable://quay.io/a/b@${digest}`}
    ${'a digest with its tag too'} | ${`quay.io/a/b:v9@${digest}`}
  `('takes the name from the tag reference before $what', ({ id }: { id: string }) => {
    expect(describeImage('nginx:1.25', id)).toEqual({
      registry: 'docker.io',
      repository: 'library/nginx',
      tag: '1.25',
      id: id.replace('docker-pullable://', ''),
    });
  });

  it('takes the name from the digest reference if it is the only one', () => {
    expect(describeImage('', `docker-pullable://nginx@${digest}`)).toEqual({
      registry: 'docker.io',
      repository: 'library/nginx',
      tag: '',
      id: `nginx@${digest}`,
    });
  });

  it('keeps the digest of an image whose name cannot be read', () => {
    const id = `reg.example/team/app@${digest}`;

    expect(describeImage('reg.example/Team/App:1', id)).toEqual({
      registry: '',
      repository: 'reg.example/Team/App:1',
      tag: '',
      id,
    });
  });

  it('describes nothing by nothing', () => {
    const nothing: Image = { registry: '', repository: '', tag: '', id: '' };

    expect(describeImage('', '')).toEqual(nothing);
  });

  // The grammar reads it as the image `docker.io/library/sha256` with the digest for a tag.
  it.each`
    reference
    ${digest}
    ${`docker://${digest}`}
    ${`docker-pullable://${digest}`}
  `('does not take $reference for an image named sha256', (row: { reference: string }) => {
    expect(describeImage('', row.reference)).toEqual({
      registry: '',
      repository: digest,
      tag: '',
      id: digest,
    });
  });

  it.each(['sha256:1', `sha1:${hex.slice(0, 40)}`, `app:${hex}`])(
    'takes %s for a name with a tag',
    (reference) => {
      const [name, tag] = reference.split(':');

      expect(describeImage(reference, '')).toMatchObject({ repository: `library/${name}`, tag });
    },
  );
});
