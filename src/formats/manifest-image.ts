import { identifyImage, type ScannedImage } from '../model/image-identity.ts';
import { describeImage } from '../model/image.ts';
import { kubescapeValue, type ObjectMetadata } from './object-metadata.ts';

/** The image of a VulnerabilityManifest. Only annotations are used, because its labels are truncated. */
export function imageOfManifest({ annotations }: ObjectMetadata): ScannedImage {
  const image = describeImage(
    kubescapeValue({ annotations }, 'image-tag'),
    kubescapeValue({ annotations }, 'image-id'),
  );
  return identifyImage(image, platformOf(kubescapeValue({ annotations }, 'resolved-platform')));
}

/** For example `linux/arm64`. Has no variant, because scanners do not report it. */
export function platformOf(text: string): string {
  const [system = '', architecture = ''] = text.split('/');
  return system === '' || architecture === '' ? '' : `${system}/${architecture}`;
}
