interface Rejected {
  readonly status: number;
  readonly body: string;
}

/** Prometheus and Thanos answer "out of bounds" also to samples from the future, but say so. */
const tooOld = /too[- ]old|out of bounds(?!: timestamp is too far in the future)/i;

/** Whether all reasons that a receiver gives are the age of samples. Prometheus has one reason per line. */
export function isTooOld({ status, body }: Rejected): boolean {
  if (status !== 400 && status !== 409) return false;
  const lines = body.split('\n').filter((line) => line.trim() !== '');
  // The last line may be cut off.
  const complete = lines.length > 1 ? lines.slice(0, -1) : lines;
  return complete.length > 0 && complete.every((line) => tooOld.test(line));
}

const aboutSamples =
  /out[- ]of[- ](?:order|bounds)|duplicate sample|too[- ](?:old|new|far|many)|label|metric name|limit|series[ =]/i;

/** Whether the receiver has read the samples and names something about them. */
export function isAboutSamples(body: string): boolean {
  return aboutSamples.test(body);
}
