import * as z from 'zod';

import { describeImage, type Image } from '../model/image.ts';
import type { GrypeDocument } from './grype-document.ts';

/** `source.target` of an image scan. It has other shapes for folders and SBOMs. */
const ImageTarget = z.object({
  userInput: z.string().optional(),
  tags: z.array(z.string()).nullish(),
  repoDigests: z.array(z.string()).nullish(),
});

/** The image named in a CLI document. All parts are empty if it names none. */
export function imageOfGrypeDocument({ source }: GrypeDocument): Image {
  const target = ImageTarget.safeParse(source?.target);
  if (!target.success) return describeImage('', '');
  const { userInput = '', tags, repoDigests } = target.data;
  const digest = repoDigests?.[0] ?? (userInput.includes('@sha256:') ? userInput : '');
  return describeImage(tags?.[0] ?? userInput, digest);
}
