/** Default of `metrics.prefix`. Users with another prefix edit the generated files. */
export const PREFIX = 'kubescape_';
export const OWN = 'kubescape_push_';

/** Comma-separated label matchers, without the braces. */
export type Matchers = string;

/** `kubescape_name{matchers}`. */
export function select(name: string, matchers: Matchers = ''): string {
  return `${PREFIX}${name}${matchers === '' ? '' : `{${matchers}}`}`;
}

/** `kubescape_push_name{matchers}`. */
export function selectOwn(name: string, matchers: Matchers = ''): string {
  return `${OWN}${name}${matchers === '' ? '' : `{${matchers}}`}`;
}
