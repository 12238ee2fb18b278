/** The acronym as a word of its own, in any case. */
const acronym = /\brce\b/i;

/** Each of the phrases below holds one of these words, and few descriptions do. */
const word = /co(?:de|mmand)/i;

const phrases = [
  'remote command execution',
  'arbitrary code',
  'code execution',
  'code injection',
  'command injection',
  'inject arbitrary commands',
];

/**
 * Whether a vulnerability's description speaks of remote code execution, by the rule of the
 * Kubescape CLI (kubescape `core/pkg/containerscan/datastructuresmethods.go`). The backend's older
 * copy of it misses the upper-case acronym and one at the very start or end of the text.
 */
export function describesRemoteCodeExecution(description: string): boolean {
  if (acronym.test(description)) return true;
  if (!word.test(description)) return false;
  const text = description.toLowerCase();
  return phrases.some((phrase) => text.includes(phrase));
}
