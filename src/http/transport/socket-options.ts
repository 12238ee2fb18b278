import type { TcpNetConnectOpts } from 'node:net';

import { lookup } from '../dns/lookup.ts';

/**
 * For every connection. Node.js gives each address of a host only 250 ms, so a network without IPv6 could not reach
 * a distant server that has it. 3 seconds leave time for one lost packet.
 */
export const socketOptions: Pick<TcpNetConnectOpts, 'lookup' | 'autoSelectFamilyAttemptTimeout'> = {
  lookup,
  autoSelectFamilyAttemptTimeout: 3000,
};
