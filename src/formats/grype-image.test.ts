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
    what                           | target                                                             | image
    ${'what the user typed'}       | ${{ userInput: 'nginx:1.25' }}                                     | ${{}}
    ${'the first tag before that'} | ${{ userInput: 'web', tags: ['nginx:1.25', 'nginx:latest'] }}      | ${{}}
    ${'the first digest'}          | ${{ tags: ['nginx:1.25'], repoDigests: [`nginx@${digest}`, 'x'] }} | ${{ id: `nginx@${digest}` }}
    ${'the digest that was typed'} | ${{ userInput: `nginx@${digest}`, tags: ['nginx:1.25'] }}          | ${{ id: `nginx@${digest}` }}
    ${'a digest and nothing else'} | ${{ userInput: `nginx@${digest}` }}                                | ${{ tag: '', id: `nginx@${digest}` }}
    ${'lists that are null'}       | ${{ userInput: 'nginx:1.25', tags: null, repoDigests: null }}      | ${{}}
    ${'lists that are empty'}      | ${{ userInput: 'nginx:1.25', tags: [], repoDigests: [] }}          | ${{}}
  `('names the image by $what', ({ target, image }: TargetCase) => {
    expect(imageOfGrypeDocument({ source: { target } })).toEqual({ ...nginx, ...image });
  });

  it.each`
    what                            | source
    ${'a folder for a target'}      | ${{ target: '/srv/app' }}
    ${'an empty target'}            | ${{ target: {} }}
    ${'tags that are not an array'} | ${{ target: { userInput: 'nginx', tags: 'x' } }}
    ${'no target'}                  | ${{}}
    ${'null'}                       | ${null}
    ${'nothing'}                    | ${undefined}
  `('names no image where the source is $what', ({ source }: { source: SourceOf }) => {
    expect(imageOfGrypeDocument({ source })).toEqual(nothing);
  });
});

type SourceOf = Parameters<typeof imageOfGrypeDocument>[0]['source'];
