import { describe, expect, it } from 'vitest';

import type { ContainerSummary } from '../formats/vulnerability-manifest-summary.ts';
import type { Image } from '../model/image.ts';
import { type Join, type JoinableManifest, joinScans } from './join.ts';

const nginx: Image = { registry: 'docker.io', repository: 'library/nginx', tag: '1.25', id: 'n@1' };
const redis: Image = { registry: 'docker.io', repository: 'library/redis', tag: '7', id: 'r@1' };
const unnamed: Image = { registry: '', repository: '', tag: '', id: '' };

describe('joinScans', () => {
  it('gives each image the containers whose summaries name its manifest', () => {
    const join = joinAll({
      manifests: [manifest('m-nginx', nginx), manifest('m-redis', redis)],
      summaries: [summary('a', 'm-nginx'), summary('b', 'm-redis'), summary('c', 'm-nginx')],
    });

    expect(containersOf(join)).toEqual({ 'm-nginx': ['a', 'c'], 'm-redis': ['b'] });
    expect(join.inventory.danglingReferences).toBe(0);
  });

  it('lists the same targets with and without their manifests', () => {
    const join = joinAll({ manifests: [manifest('m', nginx)], summaries: [summary('a', 'm')] });

    expect(join.targets.map(({ target }) => target)).toEqual(join.inventory.targets);
  });

  it.each`
    what                                         | reference    | image      | joined
    ${'by its name'}                             | ${'m-nginx'} | ${unnamed} | ${'m-nginx'}
    ${'by its name before the image id'}         | ${'m-nginx'} | ${redis}   | ${'m-nginx'}
    ${'by the image id where none has the name'} | ${'gone'}    | ${redis}   | ${'m-redis'}
    ${'by the image id where there is no name'}  | ${''}        | ${redis}   | ${'m-redis'}
  `('finds a manifest $what', ({ reference, image, joined }: ReferenceCase) => {
    const join = joinAll({
      manifests: [manifest('m-nginx', nginx), manifest('m-redis', redis)],
      summaries: [summary('a', reference, image)],
    });

    expect(containersOf(join)).toMatchObject({ [joined]: ['a'] });
    expect(join.inventory.danglingReferences).toBe(0);
  });

  it.each`
    what                                   | manifests                  | reference | image
    ${'nothing has its name or image'}     | ${[manifest('m', nginx)]}  | ${'gone'} | ${redis}
    ${'it names nothing and has no image'} | ${[manifest('', unnamed)]} | ${''}     | ${unnamed}
    ${'there is no manifest at all'}       | ${[]}                      | ${'m'}    | ${nginx}
  `('leaves a container out where $what', ({ manifests, reference, image }: DanglingCase) => {
    const { inventory } = joinAll({ manifests, summaries: [summary('a', reference, image)] });

    expect(inventory.targets.flatMap(({ containers }) => containers)).toEqual([]);
    expect(inventory.danglingReferences).toBe(1);
  });

  it('keeps an image that no summary refers to', () => {
    const join = joinAll({ manifests: [manifest('', nginx)], summaries: [] });

    expect(join.inventory.targets).toEqual([{ image: nginx, containers: [] }]);
  });

  it('takes the last of several manifests of one image for the one that stands in', () => {
    const join = joinAll({
      manifests: [manifest('old', nginx), manifest('new', nginx)],
      summaries: [summary('a', 'gone', nginx)],
    });

    expect(containersOf(join)).toEqual({ old: [], new: ['a'] });
  });

  it('names an image without a tag as its first tagged summary does, and keeps its id', () => {
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

  it('lists what could not be scanned, each container for itself', () => {
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

  it('names each cluster once, in order, also those of dangling and unscanned containers', () => {
    const { inventory } = joinAll({
      summaries: [
        { ...summary('a', 'gone'), cluster: 'z' },
        { ...summary('b', 'gone'), cluster: undefined },
        { ...summary('c', 'gone'), cluster: 'a' },
        { ...summary('d', 'gone'), cluster: 'z' },
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
  return joinScans({ manifests, summaries, unscanned });
}

/** The name serves as what the findings are found by, too. */
function manifest(name: string, image: Image): JoinableManifest<string> {
  return { name, image, ref: name };
}

function summary(name: string, manifestName: string, image: Image = unnamed): ContainerSummary {
  return {
    key: `web/${name}`,
    container: { namespace: 'web', workloadKind: 'Pod', workload: 'w', name, scanStatus: 'ready' },
    image,
    cluster: 'c',
    manifestName,
    relevantManifestName: '',
  };
}

/** Names of the containers, by what the findings are found by. */
function containersOf({ targets }: Join<string>): Record<string, string[]> {
  return Object.fromEntries(
    targets.map(({ ref, target }) => [ref, target.containers.map(({ name }) => name)]),
  );
}
