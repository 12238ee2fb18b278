/** glibc before 2.26 uses at most 6. Later versions have no limit. */
const MAX_SEARCH_DOMAINS = 32;

/**
 * Returns the names to query for a host, in this order, according to resolv.conf(5). In Kubernetes, the
 * first name for `mimir.monitoring` is `mimir.monitoring.default.svc.cluster.local`.
 */
export function searchNames(host: string, resolvConf: string): string[] {
  if (host.endsWith('.')) return [host.slice(0, -1)];
  const { domains, ndots } = parse(resolvConf);
  const searched = domains.map((domain) => `${host}.${domain}`);
  const dots = host.split('.').length - 1;
  return dots >= ndots ? [host, ...searched] : [...searched, host];
}

function parse(resolvConf: string): { readonly domains: string[]; readonly ndots: number } {
  let domains: string[] = [];
  let ndots = 1;
  for (const line of resolvConf.split('\n')) {
    const [keyword, ...words] = line.trim().split(/\s+/);
    // If there are several such lines, the last one counts.
    if (keyword === 'search' || keyword === 'domain') domains = words.map(withoutDots);
    if (keyword === 'options') ndots = findNdots(words) ?? ndots;
  }
  return { domains: domains.filter((domain) => domain !== '').slice(0, MAX_SEARCH_DOMAINS), ndots };
}

function withoutDots(domain: string): string {
  return domain.replaceAll(/^\.+|\.+$/g, '');
}

function findNdots(options: readonly string[]): number | undefined {
  const value = options.findLast((option) => /^ndots:\d+$/.test(option))?.slice('ndots:'.length);
  return value === undefined ? undefined : Math.min(Number(value), 15);
}
