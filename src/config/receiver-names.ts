import type * as z from 'zod';

interface Named {
  readonly name?: string | undefined;
  readonly url: string;
}

/**
 * Logs, self-metrics and persisted samples identify a receiver by its name, which defaults to the URL
 * without credentials. Two tenants of one Mimir differ only in a header, so they need names.
 */
export function checkNames({ value, issues }: z.core.ParsePayload<readonly Named[]>): void {
  const names = value.map(({ name, url }) => name ?? withoutSecrets(url));
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice === undefined) return;
  const message = `two receivers are called ${twice}; give each receiver a unique name`;
  issues.push({ code: 'custom', input: undefined, message });
}

function withoutSecrets(url: string): string {
  // The schema reports an invalid URL.
  if (!URL.canParse(url)) return url;
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
