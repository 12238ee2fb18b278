import type { Distro } from '../package.ts';

export interface DistroRelease {
  readonly distro: Distro;
  readonly type: 'deb' | 'apk' | 'rpm';
  /** Common suffix of tags of images on this base. */
  readonly tagSuffix: string;
}

/** Base images that a cluster's images are built on, most used first. */
export const DISTRO_RELEASES: readonly DistroRelease[] = [
  release('debian', '12', { idLike: ['debian'], tagSuffix: '-bookworm' }),
  release('alpine', '3.20', { idLike: null, tagSuffix: '-alpine3.20' }),
  release('debian', '11', { idLike: ['debian'], tagSuffix: '-bullseye' }),
  release('ubuntu', '22.04', { idLike: ['debian'], tagSuffix: '-jammy' }),
  release('redhat', '9.4', { idLike: ['fedora'], tagSuffix: '-ubi9' }),
  release('alpine', '3.18', { idLike: null, tagSuffix: '-alpine3.18' }),
  release('debian', '13', { idLike: ['debian'], tagSuffix: '-trixie' }),
  release('ubuntu', '24.04', { idLike: ['debian'], tagSuffix: '-noble' }),
];

function release(
  name: string,
  version: string,
  more: { readonly idLike: readonly string[] | null; readonly tagSuffix: string },
): DistroRelease {
  return {
    distro: { name, version, idLike: more.idLike },
    type: packageType(name),
    tagSuffix: more.tagSuffix,
  };
}

function packageType(distro: string): DistroRelease['type'] {
  if (distro === 'alpine') return 'apk';
  return distro === 'redhat' ? 'rpm' : 'deb';
}
