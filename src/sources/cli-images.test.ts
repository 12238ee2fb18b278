import { describe, expect, it } from 'vitest';

import { targetOfGrypeDocument } from '../formats/grype-image.ts';
import type { ContainerSummary } from '../formats/vulnerability-manifest-summary.ts';
import { identifyImage } from '../model/image-identity.ts';
import { describeImage } from '../model/image.ts';
import type { ImageResult } from './image-result.ts';
import { joinScans } from './join.ts';
import { nameOf } from './joined-target.ts';

function id(digit: string): string {
  return `sha256:${digit.repeat(64)}`;
}

describe('CLI results', () => {
  it('of one image under two tags have both names, and one result', () => {
    const { names, refs } = join([
      scan('shop/api:1.0', { ref: 'old', at: 1, imageID: id('a') }),
      scan('shop/api:stable', { ref: 'new', at: 2, imageID: id('a') }),
    ]);

    expect(names).toEqual(['docker.io/shop/api:1.0', 'docker.io/shop/api:stable']);
    expect(refs).toEqual(['new', 'new']);
  });

  it('lose a tag to the image that was scanned under it last', () => {
    const { names, refs, replaced } = join([
      scan('shop/api:latest', { ref: 'old', at: 1, imageID: id('a') }),
      scan('shop/api:1.0', { ref: 'old too', at: 1, imageID: id('a') }),
      scan('shop/api:latest', { ref: 'new', at: 2, imageID: id('b') }),
    ]);

    expect(Object.fromEntries(names.map((name, index) => [name, refs[index]]))).toEqual({
      'docker.io/shop/api:1.0': 'old too',
      'docker.io/shop/api:latest': 'new',
    });
    expect(replaced).toEqual(['old']);
  });

  it('of two digests are two images', () => {
    const { refs } = join([
      scan(`alpine@${id('1')}`, { ref: 'a', at: 1, imageID: id('a') }),
      scan(`alpine@${id('2')}`, { ref: 'b', at: 2, imageID: id('b') }),
    ]);

    expect(refs).toEqual(['a', 'b']);
  });

  it('of targets that are not images keep their names', () => {
    const targets = ['/srv/app', 'sbom.json', 'pkg:npm/a@1', 'cpe:2.3:a:b:c'];

    const { names } = join(targets.map((target) => other(target)));

    expect(names).toEqual(targets.map((target) => `/${target}:`));
  });

  it('without a known target count once if their findings are equal', () => {
    expect(join([other('', 'x'), other('', 'x'), other('', 'y')]).refs).toEqual(['x', 'y']);
  });

  it('add nothing to an image of the cluster, however new they are', () => {
    const manifest = manifestOf(`docker.io/library/nginx@${id('1')}`);
    const repoDigests = [`index.docker.io/library/nginx@${id('1')}`];

    const { refs, replaced } = join(
      [manifest, scan('nginx:1.25', { ref: 'cli', at: 2e12, imageID: id('a'), repoDigests })],
      [summaryOf('m')],
    );

    expect(refs).toEqual(['manifest']);
    expect(replaced).toEqual(['cli']);
  });

  it('count if the cluster runs the image no more', () => {
    const old = manifestOf(`docker.io/library/nginx@${id('1')}`);
    const repoDigests = [`nginx@${id('1')}`];

    const { refs } = join(
      [old, scan('nginx:1.25', { ref: 'cli', at: 1, imageID: id('a'), repoDigests })],
      [summaryOf('another')],
    );

    expect(refs).toEqual(['cli']);
  });

  it('name the image without a time that was read last', () => {
    const { undated } = join([
      scan('a:1', { ref: 'first', imageID: id('a') }),
      scan('a:1', { ref: 'last', imageID: id('b') }),
    ]);

    expect(undated).toEqual(['last']);
  });
});

interface ScanOptions {
  readonly ref: string;
  readonly at?: number;
  readonly imageID?: string;
  readonly repoDigests?: readonly string[];
}

function scan(userInput: string, { ref, at, ...target }: ScanOptions): ImageResult<string> {
  const read = targetOfGrypeDocument({ source: { target: { userInput, ...target } } });
  return { name: '', ...read, age: { scannedAtMs: at }, ref, where: ref };
}

function other(target: string, ref = target): ImageResult<string> {
  const read = targetOfGrypeDocument({ source: { type: 'directory', target } });
  return { name: '', ...read, age: {}, ref, where: ref };
}

function manifestOf(imageId: string): ImageResult<string> {
  const scanned = identifyImage(describeImage('docker.io/library/nginx:1.25', imageId));
  return { name: 'm', scanned, reference: '', age: {}, ref: 'manifest', where: 'm' };
}

function summaryOf(manifestName: string): ContainerSummary {
  return {
    key: 'web/s',
    container: {
      namespace: 'web',
      workloadKind: 'Pod',
      workload: 'w',
      name: 'c',
      scanStatus: 'ready',
    },
    image: describeImage('', ''),
    age: {},
    cluster: undefined,
    manifestName,
    relevantManifestName: '',
  };
}

function join(
  manifests: readonly ImageResult<string>[],
  summaries: readonly ContainerSummary[] = [],
) {
  const { targets, replaced, undated } = joinScans({
    manifests,
    summaries,
    unscanned: [],
    contentOf: (ref) => ref,
  });
  return {
    names: targets.map(({ target }) => nameOf(target.image)),
    refs: targets.map(({ ref }) => ref),
    replaced: Array.from(replaced, ({ ref }) => ref),
    undated: Array.from(undated, ({ ref }) => ref),
  };
}
