import { redact } from '../../http/redact.ts';

const MAX_LENGTH = 200;

/** Matches `token=…` and `Authorization: Bearer …`. */
const LABELLED =
  /(?<=\b(?:token|password|passwd|secret|credential|key)["']?\s?[=:]\s?|\b(?:bearer|basic)\s)\S+/gi;

/** Matches runs of token characters that are long enough to be a token. */
const LONG_RUN = /[\w+/=~-]{16,}/g;

/**
 * Returns the first line of a plugin's stderr for a message. Removes all words that could be tokens, even if
 * some of them are harmless.
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
