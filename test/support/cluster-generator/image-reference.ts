/** Reference and digest of an image. */
export interface ImageReference {
  /** Registry and path, e.g. `docker.io/library/nginx`. */
  readonly repository: string;
  readonly tag: string;
  /** `sha256:` and 64 hex digits. */
  readonly digest: string;
}

/** Full pullable name, e.g. `docker.io/library/nginx:1.25.3`. */
export function pullName(image: ImageReference): string {
  return `${image.repository}:${image.tag}`;
}

/** e.g. `docker.io/library/nginx@sha256:…`. */
export function imageId(image: ImageReference): string {
  return `${image.repository}@${image.digest}`;
}

/** Object name of the image's manifest in kubevuln. */
export function imageSlug(image: ImageReference): string {
  const readable = pullName(image).replaceAll(/:\/\/|[:/_@]/g, '-');
  return `${readable}-${image.digest.slice(-6)}`.toLowerCase();
}

/** Label values have at most 63 characters, so the image-id label is truncated and not unique. */
export function labelValue(text: string): string {
  return text
    .replaceAll(/[^A-Za-z0-9-]/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '');
}
