import type { TcpNetConnectOpts } from 'node:net';

import { lookup } from '../dns/lookup.ts';

/**
 * Options of every connection. By default, Node.js gives each address of a host only 250 ms. That is too
 * short for a distant server that has IPv6, if the network lacks it. 3 seconds leave time for one lost
 * packet.
 */
export const socketOptions: Pick<TcpNetConnectOpts, 'lookup' | 'autoSelectFamilyAttemptTimeout'> = {
  lookup,
  autoSelectFamilyAttemptTimeout: 3000,
};
