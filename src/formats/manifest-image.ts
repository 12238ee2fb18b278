import { identifyImage, type ScannedImage } from '../model/image-identity.ts';
import { describeImage } from '../model/image.ts';
import { kubescapeValue, type ObjectMetadata } from './object-metadata.ts';

/** The image of a VulnerabilityManifest. Its labels are truncated, so only annotations count. */
export function imageOfManifest({ annotations }: ObjectMetadata): ScannedImage {
  const image = describeImage(
    kubescapeValue({ annotations }, 'image-tag'),
    kubescapeValue({ annotations }, 'image-id'),
  );
  return identifyImage(image, platformOf(kubescapeValue({ annotations }, 'resolved-platform')));
}

/** `linux/arm64` without a variant, which scanners do not report. */
export function platformOf(text: string): string {
  const [system = '', architecture = ''] = text.split('/');
  return system === '' || architecture === '' ? '' : `${system}/${architecture}`;
}
