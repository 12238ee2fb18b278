// Counts the samples of remote write requests, and does nothing else with them.
import { createServer } from 'node:http';

import snappy from 'snappy';

const TYPE_V2 = 'application/x-protobuf;proto=io.prometheus.write.v2.Request';
const FIELD_SERIES = { v1: 0x0a, v2: 0x2a };

let samples = 0;
let bytes = 0;

const server = createServer((request, response) => void answer(request, response));

async function answer(request, response) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const tag = request.headers['content-type'] === TYPE_V2 ? FIELD_SERIES.v2 : FIELD_SERIES.v1;
  const count = countFields(snappy.uncompressSync(body), tag);
  samples += count;
  bytes += body.length;
  response.writeHead(204, { 'X-Prometheus-Remote-Write-Samples-Written': String(count) }).end();
  process.send?.({ samples, bytes });
}

server.listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${server.address().port}/api/v1/write` });
});
process.on('message', (message) => {
  if (message === 'close') process.exit();
  process.send?.({ total: bytes });
  samples = 0;
  bytes = 0;
});

/** Every field of both messages is a length and that many bytes. */
function countFields(message, wanted) {
  let count = 0;
  let at = 0;
  while (at < message.length) {
    if (message[at++] === wanted) count++;
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = message[at++];
      length += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    at += length;
  }
  return count;
}
