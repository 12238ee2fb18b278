import { toCountedFindings } from '../../formats/reported-images.ts';
import type { Finding } from '../../model/finding.ts';
import { identifyImage } from '../../model/image-identity.ts';
import { describeImage, type Image } from '../../model/image.ts';
import type { CliRun } from '../cli-postures.ts';
import type { ImageResult } from '../image-result.ts';
import { nameOf } from '../joined-target.ts';

/** The images of a run of the CLI that contains only the total numbers of vulnerabilities. */
interface CountedImages extends Omit<ImageResult<unknown>, 'ref'> {
  readonly findings: readonly Finding[];
}

const unnamed: Image = { registry: '', repository: '', tag: '', id: '' };

/** Returns `undefined` if the run scanned no images. */
export function countedImagesOf({ posture, where }: CliRun): CountedImages | undefined {
  const { vulnerabilities, age } = posture;
  const findings = vulnerabilities === undefined ? [] : toCountedFindings(vulnerabilities);
  const [name, ...others] = vulnerabilities?.images ?? [];
  if (vulnerabilities === undefined || (name === undefined && findings.length === 0)) {
    return undefined;
  }
  // Numbers for several images together cannot be attributed to one of them.
  const image = name !== undefined && others.length === 0 ? describeImage(name, '') : unnamed;
  return { name: '', scanned: identifyImage(image), reference: where, age, where, findings };
}

/** Returns whether the input has findings of an image that the run only counted. */
export function hasFindings(
  { posture: { vulnerabilities } }: CliRun,
  images: readonly Pick<ImageResult<unknown>, 'scanned'>[],
): boolean {
  const known = new Set(images.map(({ scanned }) => nameOf(scanned.image)));
  return (vulnerabilities?.images ?? []).some((name) => known.has(nameOf(describeImage(name, ''))));
}
