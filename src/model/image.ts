import { parseFamiliarName, type Reference } from '@swimlane/docker-reference';

/** An image as its reference names it, with Docker Hub's short forms expanded. */
export interface Image {
  /** `docker.io` or `registry.example.com:5000`. Empty if the reference could not be parsed. */
  readonly registry: string;
  /** Name without registry, tag and digest: `library/nginx`. */
  readonly repository: string;
  /** Empty if only a digest is known. */
  readonly tag: string;
  /** `registry/repository@sha256:…`, as the container runtime reports it. Empty if unknown. */
  readonly id: string;
}

/**
 * Describes an image by its tag reference and its digest reference, either of which may be empty. The tag
 * reference decides the name. A reference outside the grammar of `distribution/reference` is kept as
 * `repository`, because showing it is better than hiding the image.
 */
export function describeImage(tagReference: string, id: string): Image {
  const imageId = withoutScheme(id);
  const named = withoutScheme(tagReference) || imageId;
  const reference = parse(named);
  if (reference === undefined) return { registry: '', repository: named, tag: '', id: imageId };
  return {
    registry: reference.domain ?? '',
    repository: reference.repository ?? named,
    tag: reference.tag ?? '',
    id: imageId,
  };
}

/**
 * The grammar reads a bare digest as the tag of an image named `sha256`. Only lengths of real digests count
 * as a digest, because commit hashes are common tags.
 */
const bareDigest = /^sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})$/;

/** Kubernetes adds a prefix such as `docker-pullable://`. */
function withoutScheme(reference: string): string {
  return reference.replace(/^[a-z-]+:\/\//, '');
}

function parse(reference: string): Reference | undefined {
  if (reference === '' || bareDigest.test(reference)) return undefined;
  try {
    return parseFamiliarName(reference);
  } catch {
    return undefined;
  }
}
