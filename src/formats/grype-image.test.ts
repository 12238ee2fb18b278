import { describe, expect, it } from 'vitest';

import type { Image } from '../model/image.ts';
import { imageOfGrypeDocument } from './grype-image.ts';

const digest = `sha256:${'a1'.repeat(32)}`;
const nothing: Image = { registry: '', repository: '', tag: '', id: '' };
const nginx: Image = { registry: 'docker.io', repository: 'library/nginx', tag: '1.25', id: '' };

interface TargetCase {
  readonly target: unknown;
  readonly image: Partial<Image>;
}

describe('imageOfGrypeDocument', () => {
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
    expect(imageOfGrypeDocument({ source: { target } })).toEqual({ ...nginx, ...image });
  });

  it.each`
    what                          | source
    ${'a folder as target'}       | ${{ target: '/srv/app' }}
    ${'an empty target'}          | ${{ target: {} }}
    ${'tags that are not a list'} | ${{ target: { userInput: 'nginx', tags: 'x' } }}
    ${'no target'}                | ${{}}
    ${'null'}                     | ${null}
    ${'missing'}                  | ${undefined}
  `('names no image if the source is $what', ({ source }: { source: SourceOf }) => {
    expect(imageOfGrypeDocument({ source })).toEqual(nothing);
  });
});

type SourceOf = Parameters<typeof imageOfGrypeDocument>[0]['source'];
