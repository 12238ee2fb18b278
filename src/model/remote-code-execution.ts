/** Matches the acronym as a separate word, or one of the phrases, in upper or lower case. */
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
 * Whether a description mentions remote code execution, by the rule of the Kubescape CLI
 * (`core/pkg/containerscan/datastructuresmethods.go`). The older rule of Kubescape's backend misses the
 * upper-case acronym, and the acronym at the start or end of the text.
 */
export function describesRemoteCodeExecution(description: string): boolean {
  return sign.test(description);
}
