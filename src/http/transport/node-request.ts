import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';

import { readAfterFailedWrite } from './read-after-failed-write.ts';

/** Node's default is 16 KiB. Some proxies add more headers than that. */
export const MAX_RESPONSE_HEADER_BYTES = 64 * 1024;

/**
 * A transport for axios that uses Node's clients, accepts larger response headers, and also reads early
 * responses.
 */
export const nodeRequest = {
  request(
    options: https.RequestOptions,
    onResponse: (response: http.IncomingMessage) => void,
  ): http.ClientRequest {
    const { request } = options.protocol === 'https:' ? https : http;
    const sent = request({ ...options, maxHeaderSize: MAX_RESPONSE_HEADER_BYTES }, onResponse);
    return sent.once('socket', (socket: Socket) => readAfterFailedWrite(socket));
  },
};
