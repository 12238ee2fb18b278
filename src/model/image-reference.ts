/** An image reference with Docker Hub's short forms expanded, such as `docker.io/library/nginx`. */
export interface ImageReference {
  readonly registry: string;
  /** Name without registry, tag and digest. */
  readonly repository: string;
  /** Empty if the reference has no tag. */
  readonly tag: string;
  /** `sha256:…` in lower case. Empty if the reference has no digest. */
  readonly digest: string;
}

/** A name has at most 255 characters and a tag 128. Longer texts are not references. */
const MAX_REFERENCE_LENGTH = 1024;
const MAX_NAME_LENGTH = 255;

const DEFAULT_REGISTRY = 'docker.io';
const LEGACY_REGISTRY = 'index.docker.io';
const OFFICIAL_PREFIX = 'library/';

const hostPattern = /^(?:[a-zA-Z0-9.-]+|\[[a-fA-F0-9:]+\])(?::[0-9]+)?$/;
const partPattern = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const tagPattern = /^\w[\w.-]{0,127}$/;
const digestPattern = /^(?:sha256:[0-9a-fA-F]{64}|sha384:[0-9a-fA-F]{96}|sha512:[0-9a-fA-F]{128})$/;

/** Whether the text is a digest without a name, such as the ID of a local image. */
export function isDigest(text: string): boolean {
  return digestPattern.test(text);
}

/**
 * Parses a reference by the grammar of `distribution/reference`, in time proportional to its length. Returns
 * undefined for a text that does not match the grammar.
 */
export function parseImageReference(text: string): ImageReference | undefined {
  // The grammar reads a digest alone as the tag of an image named `sha256`.
  if (text.length > MAX_REFERENCE_LENGTH || isDigest(text)) return undefined;
  const [named, digest] = splitAt(text, text.indexOf('@'));
  const colon = named.lastIndexOf(':');
  const [name, tag] = splitAt(named, colon > named.lastIndexOf('/') ? colon : -1);
  if (!isAbsentOr(digestPattern, digest) || !isAbsentOr(tagPattern, tag)) return undefined;
  const parsed = parseName(name);
  return parsed && { ...parsed, tag: tag ?? '', digest: (digest ?? '').toLowerCase() };
}

function isAbsentOr(pattern: RegExp, text: string | undefined): boolean {
  return text === undefined || pattern.test(text);
}

/** The second part is absent if the index is negative. */
function splitAt(text: string, index: number): [string, string | undefined] {
  return index < 0 ? [text, undefined] : [text.slice(0, index), text.slice(index + 1)];
}

function parseName(name: string): Pick<ImageReference, 'registry' | 'repository'> | undefined {
  if (name.length > MAX_NAME_LENGTH || isImageId(name)) return undefined;
  const [registry, path] = splitRegistry(name);
  const isPath = path.split('/').every((part) => partPattern.test(part));
  if (!isPath || !hostPattern.test(registry)) return undefined;
  const isOfficial = registry === DEFAULT_REGISTRY && !path.includes('/');
  return { registry, repository: isOfficial ? `${OFFICIAL_PREFIX}${path}` : path };
}

function splitRegistry(name: string): [string, string] {
  const [first, rest] = splitAt(name, name.indexOf('/'));
  if (rest === undefined || !looksLikeHost(first)) return [DEFAULT_REGISTRY, name];
  return [first === LEGACY_REGISTRY ? DEFAULT_REGISTRY : first, rest];
}

/** Distinguishes a registry's host from a user name on Docker Hub. */
function looksLikeHost(first: string): boolean {
  return /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase();
}

/** `distribution/reference` rejects such names, because Docker accepts the ID of an image as its name. */
function isImageId(name: string): boolean {
  return /^[0-9a-f]{64}$/.test(name);
}
