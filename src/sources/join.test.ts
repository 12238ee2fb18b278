import { describe, expect, it } from 'vitest';

import type { ContainerSummary } from '../formats/vulnerability-manifest-summary.ts';
import { identifyImage } from '../model/image-identity.ts';
import type { Image } from '../model/image.ts';
import type { ImageResult } from './image-result.ts';
import { type Join, joinScans } from './join.ts';

const nginx: Image = { registry: 'docker.io', repository: 'library/nginx', tag: '1.25', id: 'n@1' };
const redis: Image = { registry: 'docker.io', repository: 'library/redis', tag: '7', id: 'r@1' };
const unnamed: Image = { registry: '', repository: '', tag: '', id: '' };

describe('joinScans', () => {
  it('adds each container to the image whose manifest its summary names', () => {
    const join = joinAll({
      manifests: [manifest('m-nginx', nginx), manifest('m-redis', redis)],
      summaries: [summary('a', 'm-nginx'), summary('b', 'm-redis'), summary('c', 'm-nginx')],
    });

    expect(containersOf(join)).toEqual({ 'm-nginx': ['a', 'c'], 'm-redis': ['b'] });
    expect(join.inventory.danglingReferences).toBe(0);
  });

  it('returns the same targets in the join and in its inventory', () => {
    const join = joinAll({ manifests: [manifest('m', nginx)], summaries: [summary('a', 'm')] });

    expect(join.targets.map(({ target }) => target)).toEqual(join.inventory.targets);
  });

  it.each`
    what                                          | reference    | image      | joined
    ${'by name'}                                  | ${'m-nginx'} | ${unnamed} | ${'m-nginx'}
    ${'by name rather than by image id'}          | ${'m-nginx'} | ${redis}   | ${'m-nginx'}
    ${'by image id if no manifest has the name'}  | ${'missing'} | ${redis}   | ${'m-redis'}
    ${'by image id if the reference has no name'} | ${''}        | ${redis}   | ${'m-redis'}
  `('finds a manifest $what', ({ reference, image, joined }: ReferenceCase) => {
    const join = joinAll({
      manifests: [manifest('m-nginx', nginx), manifest('m-redis', redis)],
      summaries: [summary('a', reference, image)],
    });

    expect(containersOf(join)).toMatchObject({ [joined]: ['a'] });
    expect(join.inventory.danglingReferences).toBe(0);
  });

  it.each`
    what                                    | manifests                  | reference    | image
    ${'no manifest has its name or image'}  | ${[manifest('m', nginx)]}  | ${'missing'} | ${redis}
    ${'it has neither a name nor an image'} | ${[manifest('', unnamed)]} | ${''}        | ${unnamed}
    ${'the list of manifests is empty'}     | ${[]}                      | ${'m'}       | ${nginx}
  `('leaves a container out if $what', ({ manifests, reference, image }: DanglingCase) => {
    const { inventory } = joinAll({ manifests, summaries: [summary('a', reference, image)] });

    expect(inventory.targets.flatMap(({ containers }) => containers)).toEqual([]);
    expect(inventory.danglingReferences).toBe(1);
  });

  it('keeps an image without a summary', () => {
    const join = joinAll({ manifests: [manifest('', nginx)], summaries: [] });

    expect(join.inventory.targets).toEqual([{ image: nginx, containers: [] }]);
  });

  it('uses the last manifest of an image if no manifest has the name', () => {
    const join = joinAll({
      manifests: [manifest('old', nginx), manifest('new', nginx)],
      summaries: [summary('a', 'missing', nginx)],
    });

    expect(containersOf(join)).toEqual({ new: ['a'] });
    expect(join.inventory.unreferencedImages).toBe(1);
  });

  it('takes a missing tag from the first summary with a tag, and keeps the image id', () => {
    const untagged = { ...nginx, tag: '' };
    const { inventory } = joinAll({
      manifests: [manifest('m', untagged)],
      summaries: [
        summary('a', 'm', unnamed),
        summary('b', 'm', { ...nginx, id: 'other' }),
        summary('c', 'm', { ...nginx, tag: 'latest' }),
      ],
    });

    expect(inventory.targets[0]?.image).toEqual(nginx);
  });

  it('does not rename an image that has a tag', () => {
    const { inventory } = joinAll({
      manifests: [manifest('m', nginx)],
      summaries: [summary('a', 'm', { ...nginx, tag: 'latest' })],
    });

    expect(inventory.targets[0]?.image).toEqual(nginx);
  });

  it('lists each unscanned container separately', () => {
    const { inventory } = joinAll({
      manifests: [manifest('m', nginx)],
      unscanned: [summary('a', '', redis), summary('b', '', redis)],
    });

    expect(inventory.unscanned.map(({ containers }) => containers.map(({ name }) => name))).toEqual(
      [['a'], ['b']],
    );
    expect(inventory.unscanned[0]?.image).toEqual(redis);
    expect(inventory.danglingReferences).toBe(0);
  });

  it('lists each cluster once, sorted, including those of dangling and unscanned containers', () => {
    const { inventory } = joinAll({
      summaries: [
        { ...summary('a', 'missing'), cluster: 'z' },
        { ...summary('b', 'missing'), cluster: undefined },
        { ...summary('c', 'missing'), cluster: 'a' },
        { ...summary('d', 'missing'), cluster: 'z' },
      ],
      unscanned: [{ ...summary('e', ''), cluster: 'b' }],
    });

    expect(inventory.clusters).toEqual(['a', 'b', 'z']);
  });
});

type Input = Parameters<typeof joinScans<string>>[0];

interface ReferenceCase {
  readonly reference: string;
  readonly image: Image;
  readonly joined: string;
}

interface DanglingCase extends Omit<ReferenceCase, 'joined'> {
  readonly manifests: Input['manifests'];
}

function joinAll({ manifests = [], summaries = [], unscanned = [] }: Partial<Input>): Join<string> {
  return joinScans({ manifests, summaries, unscanned, contentOf: (ref) => ref });
}

function manifest(name: string, image: Image): ImageResult<string> {
  const scanned = identifyImage(image);
  return { name, scanned, reference: '', age: {}, ref: name, where: name };
}

function summary(name: string, manifestName: string, image: Image = unnamed): ContainerSummary {
  return {
    key: `web/${name}`,
    container: { namespace: 'web', workloadKind: 'Pod', workload: 'w', name, scanStatus: 'ready' },
    image,
    age: {},
    cluster: 'c',
    manifestName,
    relevantManifestName: '',
  };
}

/** Names of the containers of each manifest. */
function containersOf({ targets }: Join<string>): Record<string, string[]> {
  return Object.fromEntries(
    targets.map(({ ref, target }) => [ref, target.containers.map(({ name }) => name)]),
  );
}
