import { BlockList, isIP, isIPv6 } from 'node:net';

/**
 * Whether to connect to a target directly, by the rules of Go's `httpproxy`, which Prometheus uses:
 * `example.com` matches the domain and its subdomains, `.example.com` and `*.example.com` only subdomains. Also
 * matches addresses, CIDRs and `*`. All except CIDRs can have a port. Localhost is always direct.
 */
export function matchesNoProxy(target: URL, noProxy: string): boolean {
  const host = hostOf(target);
  const port = target.port === '' ? standardPort(target) : target.port;
  if (host === 'localhost' || loopback.check(host, familyOf(host))) return true;
  return noProxy
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .some((entry) => entry !== '' && matches(entry, { host, port }));
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

interface Target {
  readonly host: string;
  readonly port: string;
}

function matches(entry: string, target: Target): boolean {
  if (entry === '*') return true;
  if (entry.includes('/')) return matchesCidr(entry, target.host);
  const { host, port } = splitPort(entry);
  if (port !== undefined && port !== target.port) return false;
  return isIP(host) === 0 ? matchesDomain(host, target.host) : sameAddress(host, target.host);
}

function matchesCidr(entry: string, host: string): boolean {
  const [network = '', bits = ''] = entry.split('/');
  const family = isIP(network);
  if (family === 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > (family === 4 ? 32 : 128))
    return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits), familyOf(network));
  return isIP(host) !== 0 && list.check(host, familyOf(host));
}

function matchesDomain(entry: string, host: string): boolean {
  const suffix = entry.replace(/^\*\./, '.');
  if (suffix.startsWith('.')) return host.endsWith(suffix);
  return host === suffix || host.endsWith(`.${suffix}`);
}

/** IPv6 addresses have several spellings. */
function sameAddress(entry: string, host: string): boolean {
  if (isIP(host) === 0) return false;
  const list = new BlockList();
  list.addAddress(entry, familyOf(entry));
  return list.check(host, familyOf(host));
}

function splitPort(entry: string): { readonly host: string; readonly port?: string } {
  if (isIPv6(entry)) return { host: entry };
  const [, host = entry, port] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
  const bare = host.replace(/^\[|\]$/g, '');
  return port === undefined ? { host: bare } : { host: bare, port };
}

function hostOf({ hostname }: URL): string {
  return hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
}

function standardPort({ protocol }: URL): string {
  return protocol === 'https:' ? '443' : '80';
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}
