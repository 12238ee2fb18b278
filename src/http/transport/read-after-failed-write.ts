import type { Socket } from 'node:net';

/** Time to read a response that has already arrived. */
const READ_MS = 500;

const patched = new WeakSet<Socket>();

type Chunks = Parameters<NonNullable<Socket['_writev']>>[0];

type WriteCallback = (error?: Error | null) => void;

/**
 * Lets a socket continue to read for a moment after a write has failed. A receiver that rejects a
 * request early sends its response and closes the connection before it has read the body. Node would
 * then destroy the socket at the failed write, and with it the unread response.
 */
export function readAfterFailedWrite(socket: Socket): void {
  if (patched.has(socket)) return;
  patched.add(socket);
  /* oxlint-disable no-underscore-dangle -- the names of the methods of writable streams */
  const write = socket._write.bind(socket);
  const writev = socket._writev?.bind(socket);
  /* oxlint-enable no-underscore-dangle */
  Object.assign(socket, {
    _write: (chunk: unknown, encoding: BufferEncoding, callback: WriteCallback) =>
      write(chunk, encoding, failLater(socket, callback)),
    ...(writev !== undefined && {
      _writev: (chunks: Chunks, callback: WriteCallback) =>
        writev(chunks, failLater(socket, callback)),
    }),
  });
}

function failLater(socket: Socket, callback: WriteCallback): WriteCallback {
  return (error) => {
    if (!error) callback(error);
    else whenRead(socket, () => callback(error));
  };
}

/** Calls back when the other side has closed the connection, or after a short time. */
function whenRead(socket: Socket, done: () => void): void {
  const timer = setTimeout(end, READ_MS);
  function end(): void {
    clearTimeout(timer);
    socket.off('end', end).off('close', end);
    done();
  }
  socket.once('end', end).once('close', end);
}
