import * as z from 'zod';

import type { ScannedImage } from '../model/image-identity.ts';
import { isDigest, parseImageReference } from '../model/image-reference.ts';
import { describeImage, type Image, normalizeImageId } from '../model/image.ts';
import { list } from './first-error.ts';
import type { GrypeDocument } from './grype-document.ts';
import { chooseImageName } from './image-name.ts';
import { platformOf } from './manifest-image.ts';

const text = z.string().catch('');
const texts = list(z.string()).catch([]);

/** `source.target` of an image scan, from Syft's `ImageMetadata`. */
const ImageTarget = z.object({
  userInput: text,
  imageID: text,
  manifestDigest: text,
  tags: texts,
  repoDigests: texts,
  architecture: text,
  os: text,
});
type ImageTarget = z.infer<typeof ImageTarget>;

/** `source.target` of a folder, file, SBOM or package URL. Newer versions use an object. */
const OtherTarget = z.union([
  z.string(),
  z.object({ path: z.string() }).transform(({ path }) => path),
  z.object({ purl: z.string() }).transform(({ purl }) => purl),
  z.object({ name: z.string() }).transform(({ name }) => name),
]);

/** More repositories than any machine has an image from. */
const MAX_REPO_DIGESTS = 100;

/** What a CLI document is about. */
export interface ScannedTarget {
  readonly scanned: ScannedImage;
  /**
   * What was scanned, if the same name can refer to another image later, as a tag or a folder can. Empty
   * for a digest, and if the name is unknown.
   */
  readonly reference: string;
}

/** Returns the target that a CLI document names. All parts are empty if it names none. */
export function targetOfGrypeDocument({ source }: GrypeDocument): ScannedTarget {
  const { type, target } = source ?? {};
  const other = OtherTarget.safeParse(target);
  if (other.success) return readOther(text.parse(type), other.data);
  const image = ImageTarget.safeParse(target);
  return readImage(image.success ? image.data : ImageTarget.parse({}));
}

function readOther(type: string, name: string): ScannedTarget {
  const image = { registry: '', repository: name, tag: '', id: '' };
  const scanned = { image, configDigest: '', manifestDigest: '', repoDigests: [], platform: '' };
  return { scanned, reference: name === '' ? '' : `${type} ${name}` };
}

function readImage(target: ImageTarget): ScannedTarget {
  const name = chooseImageName(target);
  const { registry, repository, tag } = describeImage(name, '');
  const repoDigests = repoDigestsOf(target);
  const id = repoDigests.find((own) => own.startsWith(`${registry}/${repository}@`));
  const { userInput, imageID, manifestDigest, os, architecture } = target;
  const image: Image = { registry, repository, tag, id: id ?? repoDigests[0] ?? imageID };
  return {
    scanned: {
      image,
      configDigest: imageID,
      manifestDigest,
      repoDigests,
      platform: platformOf(`${os}/${architecture}`),
    },
    reference: isFixed(userInput || name) ? '' : `image ${registry}/${repository}:${tag}`,
  };
}

function repoDigestsOf({ userInput, repoDigests }: ImageTarget): string[] {
  const ids = [userInput, ...repoDigests.slice(0, MAX_REPO_DIGESTS)].map(normalizeImageId);
  return [...new Set(ids.filter((id) => id.includes('@')))];
}

/** Returns whether a name always refers to the same image. */
function isFixed(name: string): boolean {
  return name === '' || isDigest(name) || (parseImageReference(name)?.digest ?? '') !== '';
}
