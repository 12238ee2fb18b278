import { parseFamiliarName, type Reference } from '@swimlane/docker-reference';

/** An image as its reference names it, with Docker Hub's short forms written out. */
export interface Image {
  /** `docker.io`, `registry.example.com:5000`; empty where only an unreadable name is known. */
  readonly registry: string;
  /** Name without registry, tag and digest: `library/nginx`. */
  readonly repository: string;
  /** Empty where only a digest is known. */
  readonly tag: string;
  /** `registry/repository@sha256:…`, what the container runtime runs; empty where unknown. */
  readonly id: string;
}

/**
 * Describes an image by its tag reference and its digest reference, either of which may be empty.
 * The tag reference wins for the name. A reference outside the grammar of
 * `distribution/reference` is kept whole as `repository`: showing it beats hiding the image.
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
 * A digest alone names no image, but the grammar reads it as the tag of an image `sha256`. Only
 * lengths that digests have: the hash of a commit is a common tag.
 */
const bareDigest = /^sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})$/;

/** Kubernetes writes `docker-pullable://…` before what Docker runs. */
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
