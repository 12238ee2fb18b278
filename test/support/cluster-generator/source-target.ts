import type { ImageReference } from './image-reference.ts';
import { imageId, pullName } from './image-reference.ts';
import type { SourceTarget } from './object-types.ts';
import { randomFor } from './random.ts';

const MANIFEST_TYPE = 'application/vnd.docker.distribution.manifest.v2+json';
const LAYER_TYPE = 'application/vnd.docker.image.rootfs.diff.tar.gzip';

/** Source of a filtered manifest, which is empty. */
export const EMPTY_TARGET: SourceTarget = {
  userInput: '',
  imageID: '',
  manifestDigest: '',
  mediaType: '',
  tags: [],
  imageSize: 0,
  layers: null,
  manifest: null,
  config: null,
  repoDigests: [],
  architecture: '',
  os: '',
};

/** The scanned image with its own manifest and configuration in base64. */
export function sourceTarget(image: ImageReference): SourceTarget {
  const random = randomFor('layers', image.digest);
  const layers = Array.from({ length: 2 + random.below(4) }, () => ({
    mediaType: LAYER_TYPE,
    digest: `sha256:${random.hex(64)}`,
    size: 100_000 + random.below(60_000_000),
  }));
  const config = {
    architecture: 'amd64',
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
  };
  const manifest = { schemaVersion: 2, mediaType: MANIFEST_TYPE, layers };

  return {
    userInput: pullName(image),
    imageID: `sha256:${random.hex(64)}`,
    manifestDigest: image.digest,
    mediaType: MANIFEST_TYPE,
    tags: [],
    imageSize: layers.map(({ size }) => size).reduce((sum, size) => sum + size, 0),
    layers,
    manifest: base64Json(manifest),
    config: base64Json(config),
    repoDigests: [imageId(image)],
    architecture: 'amd64',
    os: 'linux',
  };
}

function base64Json(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64');
}
