/** The default of `metrics.prefix`; who changes it replaces it in the files too. */
export const PREFIX = 'kubescape_';
export const OWN = 'kubescape_push_';

/** Label matchers as they stand between the braces. */
export type Matchers = string;

/** `kubescape_name{matchers}`. */
export function select(name: string, matchers: Matchers = ''): string {
  return `${PREFIX}${name}${matchers === '' ? '' : `{${matchers}}`}`;
}

/** `kubescape_push_name{matchers}`. */
export function selectOwn(name: string, matchers: Matchers = ''): string {
  return `${OWN}${name}${matchers === '' ? '' : `{${matchers}}`}`;
}
