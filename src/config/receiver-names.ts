import type * as z from 'zod';

interface Named {
  readonly name?: string | undefined;
  readonly url: string;
}

/**
 * Logs, the agent's own series and what is kept on disk go by the name of a receiver, which is its
 * URL without secrets if it has no other. Tenants of one Mimir differ in a header only.
 */
export function checkNames({ value, issues }: z.core.ParsePayload<readonly Named[]>): void {
  const names = value.map(({ name, url }) => name ?? withoutSecrets(url));
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice === undefined) return;
  const message = `two receivers are called ${twice}: give each a name of its own`;
  issues.push({ code: 'custom', input: undefined, message });
}

function withoutSecrets(url: string): string {
  // What is no URL is told of elsewhere.
  if (!URL.canParse(url)) return url;
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
