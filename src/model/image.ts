import { parseImageReference } from './image-reference.ts';

/** An image as its reference names it, with Docker Hub's short forms expanded. */
export interface Image {
  /** `docker.io` or `registry.example.com:5000`. Empty if the reference could not be parsed. */
  readonly registry: string;
  /** Name without registry, tag and digest: `library/nginx`. */
  readonly repository: string;
  /** Empty if only a digest is known. */
  readonly tag: string;
  /** `registry/repository@sha256:…`, spelled the same for every result of an image. Empty if unknown. */
  readonly id: string;
}

/**
 * Describes an image by its tag reference and its digest reference, either of which may be empty. The tag
 * reference decides the name. A reference outside the grammar of `distribution/reference` is kept as
 * `repository`, because showing it is better than hiding the image.
 */
export function describeImage(tagReference: string, id: string): Image {
  const named = withoutScheme(tagReference) || withoutScheme(id);
  const reference = parseImageReference(named);
  const imageId = normalizeImageId(id);
  if (reference === undefined) return { registry: '', repository: named, tag: '', id: imageId };
  const { registry, repository, tag } = reference;
  return { registry, repository, tag, id: imageId };
}

/** Spells `registry/repository@digest` in one way. Other texts only lose their scheme. */
export function normalizeImageId(id: string): string {
  const text = withoutScheme(id);
  const { registry, repository, digest } = parseImageReference(text) ?? { digest: '' };
  return digest === '' ? text : `${registry}/${repository}@${digest}`;
}

/** Kubernetes adds a prefix such as `docker-pullable://`. */
function withoutScheme(reference: string): string {
  return reference.replace(/^[a-z-]+:\/\//, '');
}
