import { type ImageReference, parseImageReference } from '../model/image-reference.ts';

/** What Syft reports about an image's names. */
export interface ImageNames {
  /** What the user scanned: any text that a scanner accepts. */
  readonly userInput: string;
  /** All tags of the image on the machine that scanned it, in no particular order. */
  readonly tags: readonly string[];
  readonly repoDigests: readonly string[];
}

/** Sources that scanners accept before the reference, as in `docker:nginx:1.25`. */
const scannerSource =
  /^(?:docker|podman|containerd|registry|singularity|(?:docker|oci)-archive|oci-dir):/;

/** The tag that an image has if its name contains neither a tag nor a digest. */
const DEFAULT_TAG = 'latest';

/**
 * Returns what the user scanned if it is a reference of the image, together with the tag that belongs to
 * a digest. Other input, such as a file or the ID of an image, is not a name of the image. In this case,
 * returns its first tag.
 */
export function chooseImageName({ userInput, tags, repoDigests }: ImageNames): string {
  const hasNames = tags.length > 0 || repoDigests.length > 0;
  for (const input of new Set([userInput, userInput.replace(scannerSource, '')])) {
    const reference = parseImageReference(input);
    if (reference === undefined) continue;
    const name = hasNames ? findName(input, reference, { tags, repoDigests }) : input;
    if (name !== undefined) return name;
  }
  return tags[0] ?? userInput;
}

function findName(
  input: string,
  reference: ImageReference,
  { tags, repoDigests }: Pick<ImageNames, 'tags' | 'repoDigests'>,
): string | undefined {
  const own = tags.filter((tag) => isOfRepository(tag, reference));
  const { tag, digest } = reference;
  if (tag === '' && digest !== '' && own[0] !== undefined) return own[0];
  const wanted = tag === '' ? DEFAULT_TAG : tag;
  const found = own.find((name) => parseImageReference(name)?.tag === wanted);
  if (found !== undefined) return found;
  return repoDigests.some((name) => isOfRepository(name, reference)) ? input : undefined;
}

function isOfRepository(name: string, { registry, repository }: ImageReference): boolean {
  const other = parseImageReference(name);
  return other?.registry === registry && other.repository === repository;
}
