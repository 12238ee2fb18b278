import { redact } from '../../http/redact.ts';

const MAX_LENGTH = 200;

/** Matches `token=…` and `Authorization: Bearer …`. */
const LABELLED =
  /(?<=\b(?:token|password|passwd|secret|credential|key)["']?\s?[=:]\s?|\b(?:bearer|basic)\s)\S+/gi;

/** Long enough to be a token, with only token characters. */
const LONG_RUN = /[\w+/=~-]{16,}/g;

/**
 * First line of a plugin's stderr, for a message. Removes words that could be tokens, and accepts losing a few
 * harmless ones.
 */
export function describePluginOutput(output: string, secrets: readonly string[]): string {
  const line = output.split(/[\r\n]/).find((candidate) => candidate.trim() !== '') ?? '';
  return redact(line.slice(0, 4 * MAX_LENGTH), secrets)
    .replaceAll(LABELLED, '[redacted]')
    .replaceAll(LONG_RUN, (run) => (isMadeOfWords(run) ? run : '[redacted]'))
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, MAX_LENGTH);
}

/** Matches names such as `gke-gcloud-auth-plugin` and `ExpiredTokenException`, but not random text. */
function isMadeOfWords(run: string): boolean {
  return run.split(/[-/_=+~]+|(?=[A-Z])/).every((word) => /^(?:[A-Z]?[a-z]{2,})?$/.test(word));
}
