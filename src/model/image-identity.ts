import { isDigest } from './image-reference.ts';
import type { Image } from './image.ts';

/** Everything in a scan result that identifies its image. Empty texts are unknown. */
export interface ScannedImage {
  readonly image: Image;
  /** Digest of the image's configuration, which Docker calls the image ID. It differs between platforms. */
  readonly configDigest: string;
  readonly manifestDigest: string;
  /** Each as `registry/repository@digest`. A digest may cover the images of several platforms. */
  readonly repoDigests: readonly string[];
  /** `linux/arm64`. */
  readonly platform: string;
}

/** More platforms than any image has. Bounds the comparisons of results that share a digest. */
export const MAX_PLATFORMS = 64;

/** Parts of the identity that differ between the images of one repo digest. */
const distinctions = ['configDigest', 'manifestDigest', 'platform'] as const;
type Distinctions = Pick<ScannedImage, (typeof distinctions)[number]>;

/** Whether both state something that one image cannot have twice. */
function differ(a: Distinctions, b: Distinctions): boolean {
  const decisive = distinctions.find((part) => a[part] !== '' && b[part] !== '');
  return decisive !== undefined && a[decisive] !== b[decisive];
}

/**
 * Whether two images can be of different platforms of what one reference names. Different images share a repo
 * digest only if it covers several platforms.
 */
export function arePlatforms(a: ScannedImage, b: ScannedImage): boolean {
  if (a.platform !== '' && b.platform !== '' && a.platform !== b.platform) return true;
  return a.repoDigests.some((repoDigest) => b.repoDigests.includes(repoDigest));
}

/** Whether anything but its name identifies the image. */
export function isIdentified({ configDigest, manifestDigest, repoDigests }: ScannedImage): boolean {
  return configDigest !== '' || manifestDigest !== '' || repoDigests.length > 0;
}

/** The identity of an image of which only the name and the ID are known. */
export function identifyImage(image: Image, platform = ''): ScannedImage {
  const { id } = image;
  const isConfig = isDigest(id);
  return {
    image,
    configDigest: isConfig ? id : '',
    manifestDigest: '',
    repoDigests: isConfig || id === '' ? [] : [id],
    platform,
  };
}

/**
 * Groups results by image. Two results belong together if the first of these that both have is equal: digest
 * of the configuration, digest of the manifest, repo digest with the platform. Neither the order of the results
 * nor the spelling of digests matters. A result without any of them is an image of its own.
 */
export class ImageGroups<Result extends Identified> {
  readonly #groups = new Set<Group<Result>>();
  readonly #byKey = new Map<string, Set<Group<Result>>>();

  constructor(results: readonly Result[]) {
    // The most specific results come first, because they separate groups that later ones could fit equally.
    const sorted = results
      .map((result, index) => ({ result, index, specificity: specificityOf(result.scanned) }))
      .toSorted((a, b) => compareTexts(a.specificity, b.specificity));
    for (const { result, index } of sorted) this.#add(result, index);
  }

  /** The results of each image, in their order. */
  get all(): readonly (readonly Result[])[] {
    return Array.from(this.#groups, ({ results }) => inOrder(results));
  }

  /** Results of the image. Results of several images if it does not state its platform. */
  find(scanned: ScannedImage): readonly Result[] {
    return inOrder(this.#matches(scanned).flatMap(({ results }) => results));
  }

  #add(result: Result, index: number): void {
    const { scanned } = result;
    const [group = this.#create(), ...others] = this.#matches(scanned);
    group.results.push({ result, index });
    this.#note(group, scanned);
    for (const other of others) if (!differ(group, other)) this.#merge(group, other);
  }

  #create(): Group<Result> {
    const group = { configDigest: '', manifestDigest: '', platform: '', keys: [], results: [] };
    this.#groups.add(group);
    return group;
  }

  #note(group: Group<Result>, scanned: ScannedImage): void {
    for (const part of distinctions) group[part] ||= scanned[part];
    for (const key of keysOf(scanned)) this.#point(key, group);
  }

  #point(key: string, group: Group<Result>): void {
    const groups = this.#byKey.get(key) ?? new Set();
    this.#byKey.set(key, groups.add(group));
    group.keys.push(key);
  }

  #merge(group: Group<Result>, other: Group<Result>): void {
    group.results.push(...other.results);
    for (const part of distinctions) group[part] ||= other[part];
    for (const key of other.keys) {
      this.#byKey.get(key)?.delete(other);
      this.#point(key, group);
    }
    this.#groups.delete(other);
  }

  #matches(scanned: ScannedImage): Group<Result>[] {
    const found = new Set<Group<Result>>();
    for (const key of keysOf(scanned)) {
      let compared = 0;
      for (const group of this.#byKey.get(key) ?? []) {
        if (++compared > MAX_PLATFORMS) break;
        if (!differ(group, scanned)) found.add(group);
      }
    }
    return [...found];
  }
}

interface Identified {
  readonly scanned: ScannedImage;
}

interface Placed<Result> {
  readonly result: Result;
  readonly index: number;
}

interface Group<Result> extends Record<(typeof distinctions)[number], string> {
  readonly keys: string[];
  readonly results: Placed<Result>[];
}

function inOrder<Result>(results: readonly Placed<Result>[]): readonly Result[] {
  return results.toSorted((a, b) => a.index - b.index).map(({ result }) => result);
}

/** Equal digests of one kind name one image, apart from platforms. */
function keysOf({ configDigest, manifestDigest, repoDigests }: ScannedImage): string[] {
  const keys = repoDigests.map((repoDigest) => `repo ${repoDigest}`);
  if (configDigest !== '') keys.push(`config ${configDigest}`);
  if (manifestDigest === '') return keys;
  // A container runtime may name the manifest of its platform where a scanner names the index.
  const repositories = new Set(repoDigests.map((repoDigest) => repoDigest.split('@')[0] ?? ''));
  for (const repository of repositories) keys.push(`repo ${repository}@${manifestDigest}`);
  return [...keys, `manifest ${manifestDigest}`];
}

/** Sorts results with more distinctions first, and equally specific ones by their content. */
function specificityOf(scanned: ScannedImage): string {
  const parts = distinctions.map((part) => scanned[part]);
  return [...parts, ...scanned.repoDigests].map((part) => (part === '' ? '\uffff' : part)).join();
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
