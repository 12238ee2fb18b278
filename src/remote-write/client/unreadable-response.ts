import { MAX_RESPONSE_HEADER_BYTES } from '../../http/transport/node-request.ts';
import { printable } from './quote-answer.ts';

export interface UnreadableResponse {
  readonly description: string;
  /** The receiver may have processed the request, because it has answered as an HTTP server. */
  readonly isHttp: boolean;
}

const MAX_QUOTED = 100;

/** Finds out whether a request failed because Node's parser does not accept the response. */
export function findUnreadableResponse(error: unknown): UnreadableResponse | undefined {
  const [code, packet] = findParserError(error) ?? [];
  if (code === undefined) return undefined;
  const [statusLine = ''] = packet?.subarray(0, MAX_QUOTED).toString('latin1').split('\n') ?? [];
  const isHttp = statusLine.startsWith('HTTP/');
  if (code === 'HPE_HEADER_OVERFLOW') {
    const limit = `${MAX_RESPONSE_HEADER_BYTES / 1024} KiB`;
    const description = `receiver answered with more than ${limit} of headers (${code})`;
    return { description, isHttp: true };
  }
  const description = isHttp
    ? `receiver answered "${printable(statusLine)}" with headers that are not valid HTTP (${code})`
    : `receiver did not answer with HTTP (${code}); check the port and whether the URL needs https://`;
  return { description, isHttp };
}

/** Code of the parser and the bytes that it did not accept. */
function findParserError(error: unknown): [string, Buffer | undefined] | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = 'code' in error ? error.code : undefined;
  const rawPacket = 'rawPacket' in error ? error.rawPacket : undefined;
  const packet = Buffer.isBuffer(rawPacket) ? rawPacket : undefined;
  if (typeof code !== 'string' || !code.startsWith('HPE_')) return findParserError(error.cause);
  return packet === undefined ? (findParserError(error.cause) ?? [code, packet]) : [code, packet];
}
