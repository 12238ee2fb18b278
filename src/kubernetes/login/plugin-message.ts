import { redact } from '../../http/redact.ts';

const MAX_LENGTH = 200;

/** As in `token=…` and `Authorization: Bearer …`. */
const LABELLED =
  /(?<=\b(?:token|password|passwd|secret|credential|key)["']?\s?[=:]\s?|\b(?:bearer|basic)\s)\S+/gi;

/** Long enough to be a token, of the letters that tokens are made of. */
const LONG_RUN = /[\w+/=~-]{16,}/g;

/**
 * The first line that a plugin wrote to its standard error, for a message. A word that could be a
 * token is left out, at the price of a few innocent ones: what plugins print is up to them.
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

/** `gke-gcloud-auth-plugin`, `/usr/local/bin` and `ExpiredTokenException`, but nothing random. */
function isMadeOfWords(run: string): boolean {
  return run.split(/[-/_=+~]+|(?=[A-Z])/).every((word) => /^(?:[A-Z]?[a-z]{2,})?$/.test(word));
}
