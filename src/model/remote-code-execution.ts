/** The acronym as a word of its own, or a phrase, in any case: in one go, as texts are long and many. */
const sign = new RegExp(
  [
    String.raw`\brce\b`,
    'arbitrary code',
    'code execution',
    'code injection',
    'command injection',
    'inject arbitrary commands',
    'remote command execution',
  ].join('|'),
  'i',
);

/**
 * Whether a vulnerability's description speaks of remote code execution, by the rule of the
 * Kubescape CLI (kubescape `core/pkg/containerscan/datastructuresmethods.go`). The backend's older
 * copy of it misses the upper-case acronym and one at the very start or end of the text.
 */
export function describesRemoteCodeExecution(description: string): boolean {
  return sign.test(description);
}
