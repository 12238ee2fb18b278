import { describe, expect, it } from 'vitest';

import type { Image } from '../model/image.ts';
import { targetOfGrypeDocument } from './grype-image.ts';

const digest = `sha256:${'a1'.repeat(32)}`;
const nothing: Image = { registry: '', repository: '', tag: '', id: '' };
const nginx: Image = { registry: 'docker.io', repository: 'library/nginx', tag: '1.25', id: '' };

interface TargetCase {
  readonly target: unknown;
  readonly image: Partial<Image>;
}

describe('targetOfGrypeDocument', () => {
  it.each`
    what                                       | target                                                             | image
    ${'the user input'}                        | ${{ userInput: 'nginx:1.25' }}                                     | ${{}}
    ${'the first tag, not the user input'}     | ${{ userInput: 'web', tags: ['nginx:1.25', 'nginx:latest'] }}      | ${{}}
    ${'the first digest'}                      | ${{ tags: ['nginx:1.25'], repoDigests: [`nginx@${digest}`, 'x'] }} | ${{ id: `docker.io/library/nginx@${digest}` }}
    ${'the digest in the user input'}          | ${{ userInput: `nginx@${digest}`, tags: ['nginx:1.25'] }}          | ${{ id: `docker.io/library/nginx@${digest}` }}
    ${'a digest alone'}                        | ${{ userInput: `nginx@${digest}` }}                                | ${{ tag: '', id: `docker.io/library/nginx@${digest}` }}
    ${'the user input if the lists are null'}  | ${{ userInput: 'nginx:1.25', tags: null, repoDigests: null }}      | ${{}}
    ${'the user input if the lists are empty'} | ${{ userInput: 'nginx:1.25', tags: [], repoDigests: [] }}          | ${{}}
  `('names the image after $what', ({ target, image }: TargetCase) => {
    expect(targetOfGrypeDocument({ source: { target } }).scanned.image).toEqual({
      ...nginx,
      ...image,
    });
  });

  it.each`
    what                          | source
    ${'an empty target'}          | ${{ target: {} }}
    ${'tags that are not a list'} | ${{ target: { tags: 'x' } }}
    ${'no target'}                | ${{}}
    ${'null'}                     | ${null}
    ${'missing'}                  | ${undefined}
  `('names no image if the source is $what', ({ source }: { source: SourceOf }) => {
    expect(targetOfGrypeDocument({ source }).scanned.image).toEqual(nothing);
  });
});

describe('targetOfGrypeDocument', () => {
  it.each`
    what                                            | target                                                                    | name
    ${'what was scanned, if it is one of its tags'} | ${{ userInput: 'r.example/a:2', tags: ['a:1', 'r.example/a:2'] }}         | ${'r.example/a:2'}
    ${'what was scanned from a registry'}           | ${{ userInput: 'a:2', repoDigests: [`a@${digest}`] }}                     | ${'docker.io/library/a:2'}
    ${'the default tag'}                            | ${{ userInput: 'a', tags: ['a:1', 'a:latest'] }}                          | ${'docker.io/library/a:latest'}
    ${'the tag in the repository of the digest'}    | ${{ userInput: `r.example/a@${digest}`, tags: ['a:1', 'r.example/a:2'] }} | ${'r.example/a:2'}
    ${'the first tag, if an ID was scanned'}        | ${{ userInput: 'a1b2c3', tags: ['a:1', 'a:2'] }}                          | ${'docker.io/library/a:1'}
    ${'the reference after the scanner source'}     | ${{ userInput: 'docker:a:1' }}                                            | ${'docker.io/library/a:1'}
    ${'an image that is named like a source'}       | ${{ userInput: 'registry:2', tags: ['registry:2'] }}                      | ${'docker.io/library/registry:2'}
  `('names an image after $what', ({ target, name }: { target: unknown; name: string }) => {
    const { registry, repository, tag } = targetOfGrypeDocument({ source: { target } }).scanned
      .image;

    expect(`${registry}/${repository}:${tag}`).toBe(name);
  });

  it.each`
    what               | source                                                   | image
    ${'a folder'}      | ${{ type: 'directory', target: '/srv/app' }}             | ${'/srv/app'}
    ${'a file'}        | ${{ type: 'file', target: { path: '/srv/a.jar' } }}      | ${'/srv/a.jar'}
    ${'an SBOM'}       | ${{ type: 'sbom-file', target: 'app.spdx.json' }}        | ${'app.spdx.json'}
    ${'a package URL'} | ${{ type: 'purl', target: { purl: 'pkg:npm/a@1.0.0' } }} | ${'pkg:npm/a@1.0.0'}
  `('names $what after itself', ({ source, image }: OtherTargetCase) => {
    const { scanned, reference } = targetOfGrypeDocument({ source });

    expect(scanned.image).toEqual({ registry: '', repository: image, tag: '', id: '' });
    expect(reference).toContain(image);
  });

  it('reads everything that identifies an image', () => {
    const target = {
      userInput: 'a:1',
      imageID: digest,
      manifestDigest: `sha256:${'b2'.repeat(32)}`,
      tags: ['a:1'],
      repoDigests: [`r.example/a@${digest}`, `index.docker.io/library/a@${digest}`],
      os: 'linux',
      architecture: 'arm64',
    };

    expect(targetOfGrypeDocument({ source: { type: 'image', target } }).scanned).toEqual({
      image: {
        registry: 'docker.io',
        repository: 'library/a',
        tag: '1',
        id: `docker.io/library/a@${digest}`,
      },
      configDigest: digest,
      manifestDigest: target.manifestDigest,
      repoDigests: [`r.example/a@${digest}`, `docker.io/library/a@${digest}`],
      platform: 'linux/arm64',
    });
  });

  it.each([`a@${digest}`, digest, ''])(
    'treats %j as a name that can never refer to another image',
    (userInput) => {
      const { reference } = targetOfGrypeDocument({ source: { target: { userInput } } });

      expect(reference).toBe('');
    },
  );
});

interface OtherTargetCase {
  readonly source: SourceOf;
  readonly image: string;
}

type SourceOf = Parameters<typeof targetOfGrypeDocument>[0]['source'];
